"""The tables in the header of an MP4 or QuickTime file, before FFmpeg makes room for them.

FFmpeg keeps some 70 bytes for each frame that a header names, and a header names a thousand million
frames of one size in four bytes.
"""

from __future__ import annotations

import mmap
import re
from pathlib import Path

# Counts follow the name after version and flags, in `stsz` also after the size of all frames.
_COUNT_AFTER = {b"stsz": 8, b"trun": 4}
_COMPRESSED = b"cmov"
_NAMES = re.compile(b"|".join((*_COUNT_AFTER, _COMPRESSED)))
_NOT_SEARCHED = (b"mdat", b"RIFF")


def check_tables(path: Path) -> None:
    """Check that no table names more frames than the file has bytes; other containers pass.

    Raises:
        ValueError: one does, or the header is compressed.
        OSError: the file cannot be read.
    """
    size = path.stat().st_size
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        start = 0
        while start + 8 <= size:
            length, name = int.from_bytes(data[start : start + 4]), data[start + 4 : start + 8]
            if length == 1:
                length = int.from_bytes(data[start + 8 : start + 16])
            end = start + length if length else size
            if end < start + 8:
                break
            if name.isalpha() and name not in _NOT_SEARCHED:
                _check_box(data, start, min(end, size))
            start = end


def _check_box(data: mmap.mmap, start: int, end: int) -> None:
    for found in _NAMES.finditer(data, start, end):
        if found[0] == _COMPRESSED:
            raise ValueError("its header is compressed")
        place = found.end() + _COUNT_AFTER[found[0]]
        count = int.from_bytes(data[place : place + 4])
        if count > len(data):
            raise ValueError(f"its header names {count:,} frames, more than the file has bytes")
