"""One of the processes of a command, as `tests.harness.starts` begins it: what is asked in JSON."""

import json
import os
import signal
import sys
from pathlib import Path

from experiments.terminal.processes import BENEATH
from tests.harness.phases import Moment, Usual, Watch
from tests.harness.starts import followed


def main(asked: str) -> None:
    """Do the command; a signal of its moment comes to the process that was begun, not to the one
    beneath it that works."""
    options = json.loads(asked)
    works = os.environ.get(BENEATH) == str(os.getppid())
    moment = options["moment"]
    if moment is not None:
        moment = Moment(**{**moment, "number": signal.Signals(moment["number"])})
    usual = {phase: Usual(*both) for phase, both in options["usual"].items()}
    measured = options["measured"]
    followed(
        options["program"],
        options["options"],
        tuple(options["phases"]) if works else (),
        Watch(moment, usual, os.getppid()),
        Path(measured) if works and measured else None,
    )


if __name__ == "__main__":
    main(sys.argv[1])
