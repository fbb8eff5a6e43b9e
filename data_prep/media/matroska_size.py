"""Whether a Matroska or WebM file is as long as it says.

FFmpeg takes the end of a file that was cut off for the end of the video. By RFC 8794 an element is
a name, a size and so many bytes; both are numbers whose first byte tells by its leading zeros how
many bytes follow. By RFC 9559 the file is the element EBML and then the element Segment.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

_EBML = 0x1A45DFA3
_SEGMENT = 0x18538067


def is_cut_off(path: Path) -> bool:
    """Return whether a Matroska file ends before its segment does.

    False for what is no Matroska file, and where the size of the segment is left open, as in what
    was recorded while it was sent.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        name, size = _number(file, keep_marker=True), _number(file)
        if name != _EBML or size is None:
            return False
        file.seek(size, 1)
        name, size = _number(file, keep_marker=True), _number(file)
        return name == _SEGMENT and size is not None and file.tell() + size > path.stat().st_size


def _number(file: BinaryIO, keep_marker: bool = False) -> int | None:
    """Return the number that comes next; None where there is none, or all its bits are set."""
    first = file.read(1)
    if not first or not first[0]:
        return None
    length = 9 - first[0].bit_length()
    number = int.from_bytes(first + file.read(length - 1))
    marker = 1 << (7 * length)
    if keep_marker:
        return number
    return None if number == 2 * marker - 1 else number - marker
