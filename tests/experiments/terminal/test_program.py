import errno
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from experiments.terminal import program
from experiments.terminal.options import parse
from experiments.terminal.program import deferring, run, stop_on_signals, stopped_by
from jaxticket.lottery import NonFiniteLoss, Stopped
from jaxticket.writing import open_in_place

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Config:
    preset: str = "default"
    epochs: int = 3
    learning_rate: float = 0.1


PRESETS = {"default": Config(), "long": Config(preset="long", epochs=100)}


@pytest.fixture(autouse=True)
def no_stop(monkeypatch):
    monkeypatch.setattr(program, "_stop", [])


def ended(main):
    """Return the exit status of a program run from the command line, 0 if it just ends."""
    try:
        run(main)
    except SystemExit as end:
        return end.code
    return 0


def raising(error):
    def main():
        raise error

    return main


@pytest.mark.parametrize(
    ("argv", "config"),
    [
        ([], Config()),
        (["--epochs=5"], Config(epochs=5)),
        (["--preset=long"], PRESETS["long"]),
        (["--learning_rate", "0.5", "--preset", "long"], Config("long", 100, 0.5)),
        (["--preset=long", "--epochs=7"], Config("long", 7)),
        (["--learning-rate=0.5"], Config(learning_rate=0.5)),
    ],
)
def test_options_override_the_preset(argv, config):
    assert parse(Config, PRESETS, argv) == config


@pytest.mark.parametrize("argv", [["--preset=quick"], ["--preset", "quick"]])
def test_an_unknown_preset_is_answered_with_the_known(argv, capsys):
    with pytest.raises(SystemExit) as end:
        parse(Config, PRESETS, argv)
    assert end.value.code == 2
    assert capsys.readouterr().err == "error: unknown preset 'quick': one of default, long\n"


def test_a_program_that_ends_well_says_nothing(capsys):
    assert ended(lambda: None) == 0
    assert capsys.readouterr() == ("", "")


def test_a_killed_process_is_a_sentence_but_not_the_users_to_mend(capsys):
    assert ended(raising(program.Killed("1 of 2 trainings failed: its process 3 ended"))) == 1
    assert capsys.readouterr().err == "error: 1 of 2 trainings failed: its process 3 ended\n"


@pytest.mark.parametrize(
    "error",
    [
        ValueError("--epochs must be 1 or more"),
        FileNotFoundError("there is no such file"),
        NonFiniteLoss("the loss is nan"),
        ImportError("PyTorch is not installed"),
        BlockingIOError("process 3 is at work"),
    ],
)
def test_what_is_the_users_to_mend_is_a_sentence(error, capsys):
    assert ended(raising(error)) == 2
    assert capsys.readouterr() == ("", f"error: {error}\n")


def test_an_error_is_harmless_and_has_a_length(capsys):
    def fail():
        raise ValueError("\x1b[2J" + "x" * 10**6)

    with pytest.raises(SystemExit):
        run(fail)
    said = capsys.readouterr().err
    assert said.startswith(r"error: \x1b[2Jxxx")
    assert len(said) < 4_100


@pytest.mark.parametrize("error", [RuntimeError("a bug"), KeyError("a"), AssertionError("two")])
def test_an_error_of_the_program_itself_shows_where(error, capsys):
    assert ended(raising(error)) == 1
    assert "Traceback" in capsys.readouterr().err


def test_a_traceback_can_be_asked_for(monkeypatch, capsys):
    monkeypatch.setenv("JAXTICKET_TRACEBACK", "1")
    assert ended(raising(ValueError("wrong"))) == 2
    err = capsys.readouterr().err
    assert "Traceback" in err
    assert err.endswith("error: wrong\n")


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/runs/a/metrics.jsonl"),
        OSError(errno.ENOSPC, "in another language", "/runs/a/metrics.jsonl"),
        ValueError("write /runs/a/metrics.jsonl: No space left on device"),
        RuntimeError("/runs/a/metrics.jsonl: [Errno 28] No space left on device"),
    ],
)
def test_a_full_disk_is_said_however_it_shows(error, capsys):
    assert ended(raising(error)) == 2
    err = capsys.readouterr().err
    assert "the disk is full" in err
    assert "/runs/a/metrics.jsonl" in err
    assert "run the same command again" in err


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS, errno.EPERM])
def test_a_place_without_permission_is_named(code, capsys):
    assert ended(raising(OSError(code, os.strerror(code), "/runs/a"))) == 2
    err = capsys.readouterr().err
    assert "/runs/a cannot be written or read" in err
    assert os.strerror(code) in err


@pytest.mark.parametrize(
    ("stop", "status"), [([], 130), ([signal.SIGINT], 130), ([signal.SIGTERM], 143)]
)
def test_a_stop_has_its_signals_status(stop, status, monkeypatch, capsys):
    monkeypatch.setattr(program, "_stop", stop)
    assert ended(raising(Stopped("stopped at step 3"))) == status
    assert "stopped at step 3. The same command goes on from here." in capsys.readouterr().err


def test_an_interrupt_without_words_is_a_stop_too(capsys):
    assert ended(raising(KeyboardInterrupt())) == 130
    assert "stopped. The same command goes on from here." in capsys.readouterr().err


@pytest.fixture
def handlers():
    """Keep the process' own handlers."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    # What a shell starts in the background ignores SIGINT.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.usefixtures("handlers")
def test_the_first_signal_asks_and_the_second_ends(number, capfd):
    before = signal.getsignal(number)
    with stop_on_signals():
        assert stopped_by() is None
        signal.raise_signal(number)
        assert stopped_by() == number
        assert "a checkpoint is being saved" in capfd.readouterr().err
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        assert stopped_by() == number
    assert signal.getsignal(number) is before


def swallowing(number):
    """Have a signal come where Python cannot raise what its handler raises, then work on."""

    class Collected:
        def __del__(self):
            signal.raise_signal(number)

    def main():
        Collected()
        for _ in range(1000):
            time.sleep(0.01)

    return main


def turning(number):
    """Have a signal come in what a library calls back, which makes another error of it."""

    def main():
        try:
            signal.raise_signal(number)
        except KeyboardInterrupt as error:
            raise RuntimeError("CpuCallback error: KeyboardInterrupt") from error

    return main


def noting(number):
    """Have a signal come where it is only noted, and be interrupted behind that."""

    def main():
        with deferring():
            signal.raise_signal(number)
            done.append(number)
        done.append("not interrupted")

    done = []
    main.done = done
    return main


@pytest.mark.parametrize("meet", [swallowing, turning, noting])
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.usefixtures("handlers")
def test_a_signal_ends_the_program_wherever_it_comes(meet, number, status, capsys):
    main = meet(number)
    assert ended(main) == status
    assert capsys.readouterr().err == "\nstopped. The same command goes on from here.\n"
    assert getattr(main, "done", [number]) == [number]


def test_an_error_while_it_stops_is_said(monkeypatch, capsys):
    monkeypatch.setattr(program, "_stop", [signal.SIGTERM])
    assert ended(raising(OSError(errno.ENOSPC, "No space left on device", "/runs/a/x"))) == 2
    assert "the disk is full" in capsys.readouterr().err


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_during_the_imports_ends_with_a_sentence(number, status):
    code = (
        "import os, signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from data_prep.terminal.signals import end_at_once; end_at_once()\n"
        f"try: os.kill(os.getpid(), {int(number)})\n"
        "except BaseException: raise ImportError('swallowed')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == status
    assert done.stderr == "\nstopped. The same command goes on from here.\n"


@pytest.mark.parametrize("look", [Path.stat, partial(Path.resolve, strict=True), Path.read_bytes])
def test_a_link_to_itself_is_named(look, tmp_path, capsys):
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(SystemExit) as end:
        program.run(partial(look, tmp_path / "loop" / "run"))
    assert end.value.code == 2
    said = capsys.readouterr().err
    assert str(tmp_path / "loop") in said
    assert "leads through a link to itself: remove it" in said


@pytest.mark.parametrize(
    ("use", "said"),
    [
        (lambda folder: (folder / "loop").mkdir(), "loop is in the way"),
        (lambda folder: (folder / "file" / "run").mkdir(), "run lies below a file"),
        (lambda _: open_in_place(Path("loop"), os.O_RDWR), "loop: it is a link, and what is"),
    ],
)
def test_what_is_in_the_way_is_named(use, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "file").touch()
    assert ended(lambda: use(tmp_path)) == 2
    assert said in capsys.readouterr().err
