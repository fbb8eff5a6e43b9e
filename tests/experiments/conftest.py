import contextlib

import pytest

from experiments import imp
from experiments.one_run import shared
from experiments.terminal import program
from experiments.terminal.start import start


@pytest.fixture
def call(monkeypatch, capsys):
    """Call a command of `experiments` as the shell does; return its status, stdout and stderr."""
    monkeypatch.setattr(program, "_stop", [])

    def call(module, *argv):
        for place in (module, shared):
            if hasattr(place, "stop_on_signals"):
                monkeypatch.setattr(place, "stop_on_signals", contextlib.nullcontext)
        capsys.readouterr()
        status = 0
        try:
            start(module.__name__.rpartition(".")[2], [*map(str, argv)])
        except SystemExit as end:
            status = end.code
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return status, out, err

    return call


@pytest.fixture
def command(call):
    """Call `experiments.imp` as the shell does; return its exit status, stdout and stderr."""
    return lambda *argv: call(imp, *argv)
