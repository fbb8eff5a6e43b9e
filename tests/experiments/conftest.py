import contextlib
import sys

import pytest

from experiments import command_line, imp


@pytest.fixture
def command(monkeypatch, capsys):
    """Call `experiments.imp` as the shell does; return its exit status, stdout and stderr."""
    monkeypatch.setattr(imp, "stop_on_signals", contextlib.nullcontext)
    monkeypatch.setattr(command_line, "_stop", [])

    def call(*argv):
        monkeypatch.setattr(sys, "argv", ["imp", *map(str, argv)])
        capsys.readouterr()
        status = 0
        try:
            imp.entry()
        except SystemExit as end:
            status = end.code
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return status, out, err

    return call
