"""Values sorted on the disk instead of in memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

# A key of 128 bits in two halves, and where its value is.
_ENTRY = np.dtype([("high", "<u8"), ("low", "<u8"), ("start", "<u8"), ("length", "<u8")])
_HALF = 64


class Spool:
    """A file without a name that takes values in any order and gives them back sorted.

    Memory is 32 bytes a value, and as much again while they are sorted. The file goes with
    `close`, or with the process however that ends.
    """

    def __init__(self, folder: Path) -> None:
        """Make the file.

        Args:
            folder: where there is room for all values.

        Raises:
            OSError: it cannot be written to.
        """
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115
        self._entries = bytearray()
        self._size = 0

    def __len__(self) -> int:
        """Return the number of values."""
        return len(self._entries) // _ENTRY.itemsize

    @property
    def size(self) -> int:
        """The bytes of all values."""
        return self._size

    def add(self, key: int, value: bytes) -> None:
        """Append a value.

        Args:
            key: 0 to 2**128 - 1.
            value: any bytes.

        Raises:
            OSError: the disk is full.
        """
        self._file.write(value)
        for number in (key >> _HALF, key % (1 << _HALF), self._size, len(value)):
            self._entries += number.to_bytes(8, "little")
        self._size += len(value)

    def sorted(self) -> Iterator[tuple[int, bytes]]:
        """Yield (key, value) by ascending key, those of one key as they were added.

        Raises:
            OSError: the file cannot be written or read.
        """
        entries = np.frombuffer(self._entries, _ENTRY)
        for place in np.lexsort((entries["low"], entries["high"])):
            high, low, start, length = entries[place].tolist()
            self._file.seek(start)
            yield high << _HALF | low, self._file.read(length)

    def close(self) -> None:
        """Remove the file."""
        self._file.close()
