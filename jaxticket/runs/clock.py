"""Where the time goes."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager


class Clock:
    """Adds up the seconds spent in named activities; what is in none of them is "other"."""

    def __init__(self, start: float | None = None):
        """Start now, or at an earlier `time.perf_counter()`, such as the program's start."""
        self.start = time.perf_counter() if start is None else start
        self.seconds: dict[str, float] = {}

    @contextmanager
    def measure(self, activity: str) -> Iterator[None]:
        """Add the time spent inside to an activity. Activities must not be nested."""
        begin = time.perf_counter()
        try:
            yield
        finally:
            self.add(activity, time.perf_counter() - begin)

    def add(self, activity: str, seconds: float) -> None:
        """Add seconds to an activity."""
        self.seconds[activity] = self.seconds.get(activity, 0.0) + seconds

    def since(self, earlier: Mapping[str, float]) -> dict[str, float]:
        """Return the seconds of every activity since an earlier copy of `seconds`."""
        return {name: spent - earlier.get(name, 0.0) for name, spent in self.seconds.items()}

    def elapsed(self) -> float:
        """Return the seconds since the start."""
        return time.perf_counter() - self.start

    def account(self) -> dict[str, float]:
        """Return the seconds of every activity, and of "other", the rest since the start."""
        total = self.elapsed()
        return {**self.seconds, "other": max(0.0, total - sum(self.seconds.values()))}

    def line(self) -> str:
        """Return a line that says where the time went."""
        spent = self.account()
        whole = sum(spent.values())
        outside = 1 - (spent.get("train", 0.0) + spent.get("evaluate", 0.0)) / whole
        most_first = sorted(spent.items(), key=lambda item: -item[1])
        shares = [f"{name} {seconds:.0f} s" for name, seconds in most_first if seconds >= 0.5]
        return f"{whole:.0f} s: {', '.join(shares)}; {outside:.1%} outside training and evaluation"
