import subprocess
import sys

import pytest

from data_prep.synthetic.__main__ import Config, main
from data_prep.synthetic.releases.celebdf import CELEBRITIES
from data_prep.synthetic.world import World

SMALL = World(seed=1, train=1, validation=1, test=1, frames=1)


def test_two_commands_at_once(tmp_path):
    """Both end well, and there is one tree."""
    command = [
        sys.executable, "-m", "data_prep.synthetic", "--layout=faceforensics", "--seed=1",
        "--train=1", "--validation=1", "--test=1", "--frames=1", "--compressions=c40,c23",
        f"--out={tmp_path / 'world'}",
    ]  # fmt: skip
    both = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for process in both:
        out, err = process.communicate(timeout=120)
        assert (process.returncode, err) == (0, "")
        assert out.splitlines()[-1] == f"synthetic videos: {tmp_path / 'world'}"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".world.lock", "world"]
    assert len(list((tmp_path / "world").rglob("*.mp4"))) == 6 * 2 * 6 + 5 * 6


@pytest.fixture
def rendered(monkeypatch):
    calls = []
    monkeypatch.setattr(
        "data_prep.synthetic.__main__.render_once", lambda *given, **_: calls.append(given)
    )
    return calls


def test_what_is_rendered(rendered, tmp_path):
    assert main(Config(tmp_path / "world", world=SMALL)) == 0
    assert main(Config(tmp_path / "world", compressions=("c23",))) == 0
    assert rendered == [
        (SMALL, tmp_path / "world", ("raw", "c23", "c40")),
        (World(), tmp_path / "world", ("c23",)),
    ]


def test_the_layout_of_celeb_df(monkeypatch, tmp_path):
    calls = []
    monkeypatch.setattr(
        "data_prep.synthetic.__main__.render_celebdf_once", lambda *given: calls.append(given[:2])
    )
    assert main(Config(tmp_path / "a", layout="celebdf")) == 0
    assert main(Config(tmp_path / "b", layout="celebdf", celebrities=SMALL)) == 0
    assert calls == [(CELEBRITIES, tmp_path / "a"), (SMALL, tmp_path / "b")]
    assert CELEBRITIES.seed != World().seed


def test_the_world_of_another_layout_is_refused(rendered, tmp_path, capsys):
    assert main(Config(tmp_path / "a", celebrities=SMALL)) == 2
    assert main(Config(tmp_path / "a", layout="celebdf", world=SMALL)) == 2
    assert capsys.readouterr().err.splitlines() == [
        "error: --layout=faceforensics is described by --seed, --train and so on; --celebrities.* "
        "belong to --layout=celebdf",
        "error: --layout=celebdf is described by --celebrities.*; --seed, --train and so on belong "
        "to --layout=faceforensics",
    ]
    assert rendered == []


def test_failures_are_said(rendered, tmp_path, capsys):
    assert main(Config(tmp_path, compressions=("c23", "c9"))) == 2
    assert capsys.readouterr().err == "error: --compressions: 'c9' is none of raw, c23, c40\n"
    assert rendered == []


def test_a_folder_that_holds_something_else(tmp_path, capsys):
    (tmp_path / "letter.txt").write_text("dear")
    assert main(Config(tmp_path, world=SMALL)) == 2
    assert "holds something else" in capsys.readouterr().err


def test_a_world_that_cannot_be(tmp_path):
    command = [sys.executable, "-m", "data_prep.synthetic", "--train=0", f"--out={tmp_path / 'w'}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode != 0
    assert "every split needs a pair" in done.stderr
    assert "Traceback" not in done.stderr
