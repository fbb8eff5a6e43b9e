"""What counts as a failure."""

import pickle
import subprocess
import sys
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import pytest

from tests.fuzz.attempt import Tried, outcome, try_inputs
from tests.fuzz.reader import Reader


def came_of(folder, read, **more):
    path = folder / "a"
    path.write_bytes(b"x")
    reader = Reader(lambda folder: (path, [b"x"]), read, (ValueError,), "bytes", **more)
    return outcome(reader, path, folder)


def fails(error):
    def read(path):
        raise error

    return read


def test_read_and_refused(tmp_path):
    assert came_of(tmp_path, Path.read_bytes) == "read"
    assert came_of(tmp_path, lambda path: path.with_name("b").write_bytes(b"")) == "read"
    assert came_of(tmp_path, fails(ValueError("why"))) == "refused"


def test_another_error_and_one_that_says_nothing(tmp_path):
    assert "TypeError at no place of ours: why" in came_of(tmp_path, fails(TypeError("why")))
    assert came_of(tmp_path, fails(ValueError())) == "ValueError says nothing"
    assert "MemoryError" in came_of(tmp_path, fails(MemoryError()))


def swallowing(read):
    def quiet(path):
        with suppress(BaseException):
            read(path)

    return quiet


TOUCHES = {
    "read /etc/passwd": lambda path: Path("/etc/passwd").read_bytes(),
    "wrote": lambda path: (path.parents[1] / "b").write_bytes(b""),
    "os.remove": lambda path: Path("../nothing").unlink(),
    "os.rename": lambda path: path.rename(path.parents[1] / "b"),
    "started": lambda path: subprocess.run(["true"]),
    "imported": lambda path: __import__("tests.fuzz.trap"),
    "pickle.find_class": lambda path: pickle.loads(pickle.dumps(Fraction(1, 2))),
}


@pytest.mark.parametrize("said", sorted(TOUCHES))
@pytest.mark.parametrize("how", ["plainly", "swallowed"])
def test_what_a_reader_may_not_touch(tmp_path, said, how):
    (tmp_path / "own").mkdir()
    read = TOUCHES[said] if how == "plainly" else swallowing(TOUCHES[said])
    came = came_of(tmp_path / "own", read)
    assert came.startswith("Trespass")
    assert said in came
    assert not (tmp_path / "b").exists()


def test_a_link_leads_out_too(tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "b").write_bytes(b"")
    (tmp_path / "own" / "link").symlink_to(tmp_path / "b")
    said = came_of(tmp_path / "own", lambda path: path.with_name("link").read_bytes())
    assert said.startswith("Trespass")


def test_a_reader_may_start_python_where_that_is_said(tmp_path):
    def read(path):
        subprocess.Popen([sys.executable, "-c", ""]).wait()

    assert came_of(tmp_path, read, child=True) == "read"
    assert came_of(tmp_path, read).startswith("Trespass")


def test_failures_are_counted_by_kind_with_their_first_input(tmp_path):
    reader = Reader(
        lambda folder: (folder / "a", [b"good", b"good enough"]),
        lambda path: {}[0] if not path.read_bytes().startswith(b"good") else None,
        (ValueError,), "bytes",
    )  # fmt: skip
    tried, test = try_inputs(reader, tmp_path, 50, 0)
    test()
    ((said, (first, count)),) = tried.failures.items()
    assert said.startswith("KeyError")
    assert not first.startswith(b"good")
    assert 0 < count == 50 - tried.read
    again = Tried()
    again.put(*tried.taken())
    again.put(1, 2, {said: ("eA==", 3)})
    assert (again.read, again.refused, again.failures[said]) == (51 - count, 2, (first, count + 3))
    assert tried == Tried()
