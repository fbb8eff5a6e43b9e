import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from data_prep.terminal.program import start

ROOT = Path(__file__).parents[3]
SENTENCE = "\nstopped. The same command goes on from here.\n"


@pytest.fixture
def ending(monkeypatch, tmp_path):
    """Return what starts a command that does what it is given, and returns its exit status."""
    # What a shell starts in the background ignores SIGINT, and other tests leave handlers.
    system = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL}
    before = {number: signal.signal(number, handler) for number, handler in system.items()}
    # By the module: the package's own `__main__` may be older where a test has imported it anew.
    command = import_module("data_prep.folder.__main__")

    def end(main):
        monkeypatch.setattr(command, "main", lambda config: main())
        with pytest.raises(SystemExit) as ended:
            start("folder", [f"--source={tmp_path}", f"--data_dir={tmp_path}"])
        return ended.value.code

    yield end
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_preparation_with_a_sentence(number, status, ending, capsys):
    before = signal.getsignal(number)
    assert ending(lambda: signal.raise_signal(number)) == status
    assert capsys.readouterr().err == SENTENCE
    assert signal.getsignal(number) is before


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_during_the_imports_ends_with_a_sentence(number, status):
    code = (
        "import os, signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "sys.argv[0] = '-m'; import data_prep\n"
        f"try: os.kill(os.getpid(), {int(number)})\n"
        "except BaseException: raise ImportError('swallowed')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert (done.returncode, done.stderr) == (status, SENTENCE)


def test_what_a_library_makes_of_an_interrupt_is_no_error(ending, capsys):
    def main():
        try:
            signal.raise_signal(signal.SIGTERM)
        except KeyboardInterrupt as error:
            raise RuntimeError("a process ended abruptly") from error

    assert ending(main) == 143
    assert capsys.readouterr().err == SENTENCE
