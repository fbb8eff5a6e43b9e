import contextlib
import sys

import pytest

from experiments import imp
from experiments.terminal import program


@pytest.fixture
def call(monkeypatch, capsys):
    """Call a command of `experiments` as the shell does; return its status, stdout and stderr."""
    monkeypatch.setattr(program, "_stop", [])

    def call(module, *argv):
        if hasattr(module, "stop_on_signals"):
            monkeypatch.setattr(module, "stop_on_signals", contextlib.nullcontext)
        monkeypatch.setattr(sys, "argv", [module.__name__, *map(str, argv)])
        capsys.readouterr()
        status = 0
        try:
            module.entry()
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
