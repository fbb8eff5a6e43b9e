import contextlib
import json
import threading
from pathlib import Path

import pytest

from data_prep.synthetic.releases import render_once as module
from data_prep.synthetic.releases.delivery import describe
from data_prep.synthetic.releases.faceforensics import write_tree
from data_prep.synthetic.releases.render_once import render_once
from data_prep.synthetic.world import World

WORLD = World(seed=1, train=1, validation=1, test=1, frames=1)


@pytest.fixture
def fake(monkeypatch) -> list[Path]:
    """Instead of videos a description alone is written; the folders written to."""
    written = []

    def write(world, root, compressions, on_progress=None):
        root.mkdir()
        written.append(root)
        (root / "synthetic.json").write_text(json.dumps(describe(world, compressions)))
        if on_progress is not None:
            on_progress(1, 1)

    monkeypatch.setattr(module, "write_tree", write)
    return written


def entries(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_once(fake, tmp_path):
    root = tmp_path / "deep/er/world"
    steps = []
    for _ in range(2):
        render_once(WORLD, root, ["c23"], lambda *step: steps.append(step))
    assert steps == [(1, 1)]
    assert len(fake) == 1
    assert fake[0] != root
    assert entries(root) == ["synthetic.json"]
    assert entries(root.parent) == [".world.lock", "world"]


def test_an_interrupted_rendering_leaves_nothing(tmp_path):
    def stop(done, total):
        assert (done, total) == (1, 3)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        render_once(WORLD, tmp_path / "world", ["c23"], stop)
    assert entries(tmp_path) == [".world.lock"]


def test_what_a_killed_process_left_is_removed(fake, tmp_path):
    (tmp_path / ".world.partial-99/splits").mkdir(parents=True)
    (tmp_path / ".world2.partial-98").mkdir()
    render_once(WORLD, tmp_path / "world", ["c23"])
    assert entries(tmp_path) == [".world.lock", ".world2.partial-98", "world"]


def test_an_empty_folder_is_filled(fake, tmp_path):
    (tmp_path / "world").mkdir()
    render_once(WORLD, tmp_path / "world", ["c23"])
    assert entries(tmp_path / "world") == ["synthetic.json"]


def test_something_else_is_refused_and_kept(fake, tmp_path):
    root = tmp_path / "world"
    root.mkdir()
    (root / "letter.txt").write_text("dear")
    with pytest.raises(FileExistsError, match="holds something else than the world"):
        render_once(WORLD, root, ["c23"])
    assert (root / "letter.txt").read_text() == "dear"
    (root / "synthetic.json").write_text("{broken")
    with pytest.raises(FileExistsError, match="name a new or an empty folder"):
        render_once(WORLD, root, ["c23"])
    (tmp_path / "file").write_text("dear")
    with pytest.raises(FileExistsError, match="holds something else"):
        render_once(WORLD, tmp_path / "file", ["c23"])
    assert fake == []


@pytest.mark.parametrize(
    ("world", "compressions"),
    [
        (World(seed=2, train=1, validation=1, test=1, frames=1), ["c23"]),
        (World(seed=1, train=2, validation=1, test=1, frames=1), ["c23"]),
        (World(seed=1, train=1, validation=1, test=1, frames=2), ["c23"]),
        (WORLD, ["raw", "c23"]),
    ],
)
def test_another_world_is_refused(fake, tmp_path, world, compressions):
    render_once(WORLD, tmp_path / "world", ["c23"])
    with pytest.raises(FileExistsError, match="holds something else"):
        render_once(world, tmp_path / "world", compressions)
    assert len(fake) == 1


def test_another_version_is_refused(fake, tmp_path, monkeypatch):
    render_once(WORLD, tmp_path / "world", ["c23"])
    monkeypatch.setattr("data_prep.synthetic.releases.delivery.VERSION", -1)
    with pytest.raises(FileExistsError, match="holds something else"):
        render_once(WORLD, tmp_path / "world", ["c23"])


def test_two_at_once_render_once(fake, tmp_path, monkeypatch):
    """The first renders only when the second stands before the lock."""
    both_there = threading.Barrier(2)
    write, locked = module.write_tree, module.locked

    def slowly(*arguments):
        both_there.wait(20)
        write(*arguments)

    @contextlib.contextmanager
    def announced(path):
        if threading.current_thread().name == "second":
            both_there.wait(20)
        with locked(path):
            first_inside.set()
            yield

    first_inside = threading.Event()
    monkeypatch.setattr(module, "write_tree", slowly)
    monkeypatch.setattr(module, "locked", announced)
    errors = []

    def render():
        try:
            render_once(WORLD, tmp_path / "world", ["c23"])
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=render, name=name) for name in ("first", "second")]
    threads[0].start()
    assert first_inside.wait(20)
    threads[1].start()
    for thread in threads:
        thread.join(30)
    assert errors == []
    assert len(fake) == 1
    assert entries(tmp_path) == [".world.lock", "world"]


def test_what_cannot_be_written_is_said(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    with pytest.raises(NotADirectoryError, match=r"world could not be written below .*file"):
        render_once(WORLD, tmp_path / "file/below/world", ["c23"])

    def full(world, root, compressions, on_progress):
        write_tree(world, root, [])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "write_tree", full)
    with pytest.raises(OSError, match=r"No space left on device\); nothing was kept"):
        render_once(WORLD, tmp_path / "world", ["c23"])
    assert entries(tmp_path) == [".world.lock", "file"]
