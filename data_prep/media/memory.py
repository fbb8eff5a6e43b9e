"""Memory that threads share: what would not fit beside the others waits for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Condition


@dataclass
class Memory:
    """A number of bytes to be held by all threads together.

    Attributes:
        total: how many.
        held: how many are held now.
    """

    total: int
    held: int = 0
    _changed: Condition = field(default_factory=Condition)

    @contextmanager
    def reserved(self, size: int) -> Iterator[None]:
        """Hold `size` bytes, as soon as they are free; what is larger than all of it has all."""
        size = min(size, self.total)
        with self._changed:
            self._changed.wait_for(lambda: self.held + size <= self.total)
            self.held += size
        try:
            yield
        finally:
            with self._changed:
                self.held -= size
                self._changed.notify_all()
