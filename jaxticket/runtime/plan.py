"""Which way each layer is computed: the fastest, timed once on this machine and remembered."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec

from jaxticket.runtime.cache import keep, read

NAME = "plans.json"
"""The file of the cache folder."""
ROUNDS = 10
"""How often each way is timed; the least time counts."""


Way = Annotated[list[Annotated[int, msgspec.Meta(ge=0)]], msgspec.Meta(min_length=6, max_length=6)]
"""What `jaxticket.runtime.convolution.Convolution.by` takes."""


class Plans:
    """What was found to be fastest, in a JSON file of the cache folder.

    A file that cannot be read or written is no error: the layers are timed again.

    Attributes:
        folder: of the file.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        try:
            known = msgspec.json.decode(read(folder, NAME) or b"{}", type=dict[str, Way])
        except msgspec.MsgspecError:
            known = {}
        self._known: dict[str, Any] = known
        self._new: dict[str, Any] = {}

    def known(self, key: str) -> list[int] | None:
        """Return what was found to be fastest, None where nothing was."""
        return self._known.get(key)

    def learn(self, key: str, way: list[int]) -> None:
        """Remember what was found to be fastest."""
        self._known[key] = self._new[key] = way

    def save(self) -> None:
        """Write what was newly found, beside what others have written since."""
        if not self._new:
            return
        merged = Plans(self.folder)._known | self._new
        keep(self.folder, NAME, msgspec.json.encode(merged, order="deterministic"))
        self._new = {}


def fastest(runs: Sequence[Callable[[], float]]) -> int:
    """Return the number of the one that takes least, each timed as often as `ROUNDS` says.

    Args:
        runs: each returns the seconds that it took.
    """
    if len(runs) == 1:
        return 0
    least = [float("inf")] * len(runs)
    for _ in range(ROUNDS):
        least = [min(time, run()) for time, run in zip(least, runs, strict=True)]
    return least.index(min(least))


def seconds(run: Callable[[], object]) -> float:
    """Return how long something takes, in seconds."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start
