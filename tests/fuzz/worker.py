"""Tries readers in a process of its own, which an input may end: `python -m tests.fuzz.worker`.

Its arguments are JSON, [[reader, inputs, seed], ...], and a folder to work in; it says on lines of
JSON how far it is.
"""

import base64
import json
import os
import resource
import sys
import warnings
from pathlib import Path

from tests.fuzz.attempt import Tried, try_inputs
from tests.fuzz.readers import READERS

MOST_SECONDS = 60
"""Of processor time for an input; beyond them the system ends this process."""
EVERY = 20
"""Inputs between two lines."""


def main(work: list[tuple[str, int, int]], folder: Path) -> None:
    """Try readers, each with so many inputs and from such a seed."""
    warnings.simplefilter("error")
    for kind in (DeprecationWarning, PendingDeprecationWarning):
        warnings.simplefilter("ignore", kind)
    with open(os.dup(1), "w") as channel:  # noqa: PTH123
        os.dup2(2, 1)  # what libraries print must not come between the lines
        for place, (name, inputs, number) in enumerate(work):
            of_reader = folder / str(place)
            of_reader.mkdir()

            def then(tried: Tried, name: str = name, inputs: int = inputs) -> None:
                _allow(MOST_SECONDS)
                if tried.inputs % EVERY == 0 or tried.inputs >= inputs:
                    print(json.dumps([name, _plain(tried)]), file=channel, flush=True)

            then(Tried())
            try_inputs(READERS[name], of_reader, inputs, number, then)[1]()


def _plain(tried: Tried) -> list:
    failures = {
        said: (base64.b64encode(first).decode(), count)
        for said, (first, count) in tried.failures.items()
    }
    return [tried.read, tried.refused, failures]


def _allow(seconds: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    end = int(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (end, resource.getrlimit(resource.RLIMIT_CPU)[1]))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), Path(sys.argv[2]))
