"""Tries readers in a process of its own, which an input may end: `python -m tests.fuzz.worker`.

Its arguments are JSON, [[reader, inputs, seed], ...], and a folder to work in. It says on lines of
JSON what came of the inputs since the line before.
"""

import json
import os
import resource
import sys
import warnings
from pathlib import Path

import matplotlib

from tests.fuzz.attempt import Tried, try_inputs
from tests.fuzz.readers import READERS

MOST_SECONDS = 60
"""Of processor time for an input; beyond them the system ends this process."""
EVERY = 10
"""Inputs between two lines."""


def main(work: list[tuple[str, int, int]], folder: Path) -> None:
    """Try readers, each with so many inputs and from such a seed."""
    warnings.simplefilter("error")
    for kind in (DeprecationWarning, PendingDeprecationWarning):
        warnings.simplefilter("ignore", kind)
    # Made, or looked for, with the first plot.
    matplotlib.get_configdir(), matplotlib.get_cachedir()
    with open(os.dup(1), "w") as channel:  # noqa: PTH123
        os.dup2(2, 1)  # what libraries print must not come between the lines
        for place, (name, inputs, number) in enumerate(work):

            def tell(tried: Tried, name: str = name) -> None:
                print(json.dumps([name, *tried.taken()]), file=channel, flush=True)

            def then(tried: Tried, tell=tell) -> None:
                _allow(MOST_SECONDS)
                if tried.inputs >= EVERY:
                    tell(tried)

            of_reader = folder / str(place)
            of_reader.mkdir()
            tell(Tried())
            tried, test = try_inputs(READERS[name], of_reader, inputs, number, then)
            test()
            tell(tried)


def _allow(seconds: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    end = int(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (end, resource.getrlimit(resource.RLIMIT_CPU)[1]))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), Path(sys.argv[2]))
