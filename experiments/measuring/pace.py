"""How far a measurement is, and how long it will take."""

import time


class Pace:
    """Arms done out of a number, at the pace of those done."""

    def __init__(self, total: int):
        self._total, self._done, self._begin = total, 0, time.perf_counter()

    def add(self, done: int) -> None:
        """Count arms that are done."""
        self._done += done

    def skip(self, count: int) -> None:
        """Take off arms that need not be done."""
        self._total -= count

    def text(self) -> str:
        """Return how far it is."""
        left = max(self._total - self._done, 0)
        seconds = (time.perf_counter() - self._begin) / self._done * left if self._done else 0.0
        when = f"; about {max(round(seconds / 60), 1)} min left" if left else ""
        return f"{self._done} of {self._done + left} arms{when}"
