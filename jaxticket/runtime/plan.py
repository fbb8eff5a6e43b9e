"""Which way each layer is computed: the fastest, timed once on this machine and remembered."""

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from jaxticket.runtime.cache import keep, read

NAME = "plans.json"
"""The file of the cache folder."""
ROUNDS = 7
"""How often each way is timed; the least time counts."""


class Plans:
    """What was found to be fastest, in a JSON file of the cache folder.

    A file that cannot be read or written is no error: the layers are timed again.

    Attributes:
        folder: of the file.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        try:
            known = json.loads(read(folder, NAME) or "{}")
        except ValueError:
            known = {}
        self._known: dict[str, str] = known if isinstance(known, dict) else {}
        self._new: dict[str, str] = {}

    def choose(self, key: str, ways: Sequence[Any], names: list[str], timed: Callable) -> int:
        """Return the number of the fastest way.

        Args:
            key: what the choice depends on.
            ways: to choose from.
            names: of the ways, to remember them by.
            timed: called with a way, returns a function that runs it once, to be timed.
        """
        if len(ways) == 1:
            return 0
        if (name := self._known.get(key)) in names:
            return names.index(name)
        runs = [timed(way) for way in ways]
        least = [float("inf")] * len(ways)
        for _ in range(ROUNDS):
            for number, run in enumerate(runs):
                least[number] = min(least[number], run())
        best = least.index(min(least))
        self._known[key] = self._new[key] = names[best]
        return best

    def save(self) -> None:
        """Write what was newly found, beside what others have written since."""
        if not self._new:
            return
        merged = Plans(self.folder)._known | self._new
        keep(self.folder, NAME, json.dumps(merged, indent=0, sort_keys=True).encode())
        self._new = {}


def seconds(run: Callable[[], object]) -> float:
    """Return how long something takes, in seconds."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start
