"""Runs `experiments.imp` and ends the process at a chosen place.

    python -m tests.experiments.interrupted SIGKILL step 0 5 --model=meso4 ...
    python -m tests.experiments.interrupted EXIT rename 2 0 --model=meso4 ...

`step L S`: when step S of level L is told; `rename N 0`: inside the N-th renaming of a file or
folder, by which everything in a run folder comes to be. Checkpoints are waited for, so that it is
known which there are at that place.
"""

import os
import signal
import sys

from experiments.terminal.console import Terminal
from experiments.terminal.start import start
from jaxticket.runs.checkpoints import Partial
from tests.resumption import at_call


def end(how: str) -> None:
    """End this process at once (EXIT), or send it a signal."""
    if how == "EXIT":
        os._exit(9)
    os.kill(os.getpid(), signal.Signals[how])


def main(how: str, where: str, first: int, second: int) -> None:
    """Let the process end there, then do what `python -m experiments.imp` does."""
    save = Partial.save

    def saved(self, step, arrays, notes):
        save(self, step, arrays, notes)
        self.wait()

    Partial.save = saved
    if where == "step":
        stepped = Terminal.stepped

        def watched(self, level, step, metrics):
            if (level, step) == (first, second):
                end(how)
            stepped(self, level, step, metrics)

        Terminal.stepped = watched
    else:

        def call(real, *rest, **named):
            return real(*rest, **named)

        renamed = at_call(first, call, lambda: end(how))
        rename, replace = os.rename, os.replace
        os.rename = lambda *rest, **named: renamed(rename, *rest, **named)
        os.replace = lambda *rest, **named: renamed(replace, *rest, **named)
    start("imp")


if __name__ == "__main__":
    how, where, first, second = sys.argv[1:5]
    del sys.argv[1:5]
    main(how, where, int(first), int(second))
