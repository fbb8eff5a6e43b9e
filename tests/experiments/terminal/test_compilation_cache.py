"""Programs kept between commands, each command in a process of its own."""

import os
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from experiments.terminal import compilation_cache
from experiments.terminal.compilation_cache import (
    drop_damaged,
    drop_oldest,
    keep_programs,
    programs_dir,
)

ROOT = Path(__file__).parents[3]

# Says where programs are kept, how many were found there, and a result in full precision.
COMMAND = """
import jax
from experiments.terminal.compilation_cache import keep_programs
found = []
jax.monitoring.register_event_listener(lambda event, **_: found.append(event))
kept = keep_programs()
result = jax.jit(lambda x: (x * 1.1).sum())(jax.numpy.arange(7.0))
print(kept, found.count("/jax/compilation_cache/cache_hits"), float(result).hex(), sep="|")
"""


def process(cache: Path, *argv: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run Python with an empty environment but for where the user's cache is, and `settings`."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("JAX_", "XDG_"))}
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment |= {"PYTHONPATH": os.pathsep.join(paths), "XDG_CACHE_HOME": str(cache)}
    return subprocess.run(
        [sys.executable, *argv], capture_output=True, text=True, cwd=ROOT, check=False,
        env=environment | settings,
    )  # fmt: skip


def command(cache: Path, **settings: str) -> tuple[str, int, str]:
    """Return where programs are kept, how many were found, and a result; no word on stderr."""
    done = process(cache, "-c", COMMAND, **settings)
    assert (done.returncode, done.stderr) == (0, "")
    kept, found, result = done.stdout.strip().split("|")
    return kept, int(found), result


def zstd(content: bytes) -> bytes:
    """Compress as JAX does where zstandard is; elsewhere such a program is another's, and stays."""
    try:
        import zstandard
    except ImportError:
        return b"\x28\xb5\x2f\xfd..."
    return zstandard.ZstdCompressor().compress(content)


def entries(cache: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in cache.rglob("*-cache")}


def test_the_second_command_finds_the_programs_of_the_first(tmp_path):
    folder, found, result = command(tmp_path)
    assert Path(folder).parent == tmp_path / "jaxticket" / "xla"
    assert Path(folder).stat().st_mode & 0o777 == 0o700
    assert found == 0
    first = entries(tmp_path)
    assert first
    assert command(tmp_path) == (folder, len(first), result)
    assert entries(tmp_path) == first


def test_a_damaged_program_is_compiled_and_kept_again(tmp_path):
    folder, _, result = command(tmp_path)
    whole = entries(tmp_path)
    for number, path in enumerate(Path(folder).glob("*-cache")):
        path.write_bytes(path.read_bytes()[: number % 2 * 100])
    assert command(tmp_path) == (folder, 0, result)
    assert entries(tmp_path).keys() == whole.keys()
    assert command(tmp_path) == (folder, len(whole), result)


def test_damage_done_later_is_passed_over_in_silence(tmp_path):
    folder, _, result = command(tmp_path)
    command(tmp_path)  # looks at what the first has written
    for path in Path(folder).glob("*-cache"):
        path.write_bytes(path.read_bytes()[:-1])
        os.utime(path, (0, 0))
    assert command(tmp_path) == (folder, 0, result)


@pytest.mark.parametrize("where", ["jaxticket", "jaxticket/xla"])
def test_without_a_folder_nothing_is_kept(tmp_path, where):
    (tmp_path / where).parent.mkdir(exist_ok=True)
    (tmp_path / where).write_text("a file")
    kept, found, _ = command(tmp_path)
    assert (kept, found) == ("None", 0)


def test_jax_settings_come_first(tmp_path):
    own, ours = tmp_path / "own", tmp_path / "ours"
    assert command(ours, JAX_COMPILATION_CACHE_DIR=str(own))[0] == "None"
    assert command(ours, JAX_ENABLE_COMPILATION_CACHE="false")[0] == "None"
    assert not ours.exists()


def test_the_suite_leaves_the_users_programs_alone():
    assert keep_programs() is None


def test_an_old_jaxlib_keeps_nothing(tmp_path):
    script = "from jaxlib import version; version.__version_info__ = (0, 10, 1)\n" + COMMAND
    done = process(tmp_path, "-c", script)
    assert done.stdout.startswith("None|0|")
    assert list(tmp_path.iterdir()) == []


def test_programs_lie_in_the_users_cache(monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", "/x")
    assert programs_dir() == Path("/x/jaxticket/xla")
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    monkeypatch.setenv("HOME", "/home/a")
    assert programs_dir() == Path("/home/a/.cache/jaxticket/xla")


def test_machines_that_differ_share_no_programs(monkeypatch):
    name = compilation_cache.machine_name()
    assert name == compilation_cache.machine_name()
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(77)), raising=False)
    other_cores = compilation_cache.machine_name()
    assert other_cores.startswith("77-cores-")
    monkeypatch.setattr(compilation_cache, "_processor", lambda: "another")
    assert len({name, other_cores, compilation_cache.machine_name()}) == 3


def put(folder: Path, name: str, size: int, written: int, read: int) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(bytes(size))
    os.utime(folder / name, (read, written))


def test_what_was_not_used_for_longest_is_dropped(tmp_path):
    a, b = tmp_path / "a", tmp_path / "b"
    put(a, "old-cache", 10, written=1, read=1)
    put(a, "read-cache", 10, written=2, read=9)
    put(b, "older-cache", 10, written=4, read=4)
    put(b, "new-cache", 10, written=8, read=3)
    put(b, "checked", 90, written=1, read=1)
    drop_oldest(tmp_path, 40)
    assert {path.name for path in tmp_path.glob("*/*-cache")} == {
        "old-cache", "read-cache", "older-cache", "new-cache"
    }  # fmt: skip
    drop_oldest(tmp_path, 39)
    assert not (a / "old-cache").exists()
    drop_oldest(tmp_path, 20)
    assert {path.name for path in tmp_path.glob("*/*")} == {"read-cache", "new-cache", "checked"}
    drop_oldest(tmp_path, 0)
    assert [path.name for path in tmp_path.glob("*/*")] == ["checked"]


def test_only_damaged_programs_are_dropped(tmp_path):
    whole = zlib.compress(bytes(range(256)) * 9)
    contents = {
        "whole": whole, "short": whole[:-1], "empty": b"", "changed": whole[:-1] + b"!",
        "zstd": zstd(b"program"),
    }  # fmt: skip
    for name, content in contents.items():
        (tmp_path / f"{name}-cache").write_bytes(content)
    drop_damaged(tmp_path)
    assert sorted(entries(tmp_path)) == ["whole-cache", "zstd-cache"]


def test_a_program_is_looked_at_once(tmp_path):
    drop_damaged(tmp_path)
    for name, written in {"earlier": 5, "later": 2**32}.items():
        (tmp_path / f"{name}-cache").write_bytes(b"damaged")
        os.utime(tmp_path / f"{name}-cache", (written, written))
    drop_damaged(tmp_path)
    assert sorted(entries(tmp_path)) == ["earlier-cache"]


@pytest.fixture(scope="module")
def runs(prepared, data_dir, tmp_path_factory):
    """The same run twice: where all is compiled, and where all is found."""
    cache, folder = tmp_path_factory.mktemp("cache"), tmp_path_factory.mktemp("runs")
    argv = (
        "-m", "experiments.imp", "--model=meso4", "--image_size=32", "--rounds=1", "--epochs=1",
        "--batch_size=12", f"--dataset={prepared}", f"--data_dir={data_dir}",
    )  # fmt: skip
    kept = []
    for name in ("first", "second"):
        done = process(cache, *argv, f"--run_dir={folder / name}")
        assert (done.returncode, done.stderr) == (0, "")
        kept.append(set(entries(cache)))
    return folder, kept


def test_a_second_run_compiles_nothing(runs):
    first, second = runs[1]
    assert {"jit_step", "jit_evaluate", "jit__init"} <= {name.split("-")[0] for name in first}
    assert second == first


def test_kept_programs_change_no_result(runs):
    folder, _ = runs
    levels = [
        f"level_{level:02d}/{name}.csv"
        for level in (0, 1)
        for name in ("predictions_validation", "predictions_test", "layers")
    ]
    # The ticket holds the weights and the masks.
    for name in (*levels, "ticket.safetensors"):
        first, second = ((folder / run / name).read_bytes() for run in ("first", "second"))
        assert first == second, name
