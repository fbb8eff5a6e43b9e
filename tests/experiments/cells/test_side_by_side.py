"""Cells in processes side by side: together, in order, and whatever becomes of a process."""

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.console import Console

from experiments.cells import side_by_side as module
from experiments.cells.side_by_side import WorkerBroke
from experiments.cells.work import refuse_failures
from experiments.terminal.program import Killed
from jaxticket.runs.opening import lock
from tests.experiments.cells.fake_training import PATIENCE, wait_for
from tests.experiments.cells.fake_training import FakeCell as cell
from tests.experiments.cells.leader import CORE, work

ROOT = Path(__file__).parents[3]


@pytest.fixture
def console():
    return Console(file=io.StringIO(), width=200)


def finished(folder):
    return sorted(place.parent.name for place in folder.glob("*/summary.json"))


def test_two_at_once_each_on_its_cores_and_the_longest_way_first(tmp_path, console):
    cells = [cell("a", "meet b"), cell("b", "meet a"), cell("c", "finish", ("b",), 5),
             cell("d", "finish")]  # fmt: skip
    assert work(cells, tmp_path, console=console) == {}
    assert finished(tmp_path) == ["a", "b", "c", "d"]
    lines = console.file.getvalue().splitlines()
    assert lines[0] == "1 of 4: meet a"  # of b, for which c waits
    assert f"1: b on [{CORE}]" in lines
    work(cells, tmp_path, console=console)
    assert len(console.file.getvalue().splitlines()) == len(lines) == 8


def test_failures_and_dead_processes_cost_their_own_cells_alone(tmp_path, console):
    cells = [
        cell("bad", "fail"), cell("after", "finish", ("bad",)), cell("gone", "kill"),
        cell("left", "leave"), cell("none", "nothing"), cell("good", "finish"),
    ]  # fmt: skip
    failed = work(cells, tmp_path, console=console)
    assert finished(tmp_path) == ["good"]
    assert failed.keys() == {"bad", "after", "gone", "left", "none"}
    assert failed["bad"] == "no such luck"
    assert failed["after"] == "it needs bad, which failed"
    assert "was ended by SIGKILL, as the system does when memory runs out" in failed["gone"]
    assert "ended with status 3: last words; the same command goes on" in failed["left"]
    assert "what it was to leave is not there" in failed["none"]
    assert "error: gone (kill): its process " in console.file.getvalue()
    with pytest.raises(Killed, match="5 failed"):
        refuse_failures(failed, "5 failed")
    with pytest.raises(ValueError, match="1 failed"):
        refuse_failures({"bad": failed["bad"]}, "1 failed")
    refuse_failures({}, "none failed")


def test_an_error_of_the_program_itself_is_not_swallowed(tmp_path):
    with pytest.raises(WorkerBroke, match=r"a: Traceback(.|\n)*KeyError: 'bug'"):
        work([cell("a", "bug")], tmp_path)


def test_what_another_process_is_at_is_waited_for(tmp_path, console, monkeypatch):
    monkeypatch.setattr(module, "WAIT_SECONDS", 0.05)
    (tmp_path / "a").mkdir()
    handle = lock(tmp_path / "a" / "lock")
    heard = module.Team.hear

    def hear(team, seconds):
        if (tmp_path / "b" / "summary.json").exists() and not team.at_work():
            os.close(handle) if not closed else None
            closed.append(True)
        return heard(team, 0.05)

    closed = []
    monkeypatch.setattr(module.Team, "hear", hear)
    assert work([cell("a", "finish"), cell("b", "finish")], tmp_path, console=console) == {}
    assert finished(tmp_path) == ["a", "b"]
    lines = console.file.getvalue().splitlines()
    assert lines.count("finish: another process is at it") == 1


@pytest.fixture
def leader(tmp_path):
    """Two workers and their leader, in a group of their own, all at work."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.experiments.cells.leader", str(tmp_path)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, process_group=0,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
    )  # fmt: skip
    for name in "ab":
        wait_for(tmp_path / name / "ready")
    yield process
    process.kill()
    process.communicate()


def ends(folder):
    """Wait until the workers' processes are gone."""
    pids = [int((folder / name / "began").read_text()) for name in "ab"]
    end = time.monotonic() + PATIENCE
    while any(is_alive(pid) for pid in pids):
        assert time.monotonic() < end
        time.sleep(0.01)


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123
            return file.read().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize(
    ("number", "all_of_them"),
    [(signal.SIGINT, True), (signal.SIGTERM, False)],
    ids=["a key on the terminal", "a signal to the leader"],
)
def test_a_stop_reaches_all_and_each_saves(leader, tmp_path, number, all_of_them):
    os.killpg(leader.pid, number) if all_of_them else leader.send_signal(number)
    out, err = leader.communicate(timeout=PATIENCE)
    assert leader.returncode == 128 + number, err
    assert all((tmp_path / name / "saved").exists() for name in "ab")
    assert "checkpoints are being saved ..." in err
    saved = "save: stopped at step 3; a checkpoint is saved"
    assert f"{saved}; {saved}. The same command goes on from here." in err
    assert "Traceback" not in out + err
    ends(tmp_path)


def test_without_their_leader_they_save_and_end(leader, tmp_path):
    leader.kill()
    for name in "ab":
        wait_for(tmp_path / name / "saved")
    ends(tmp_path)
