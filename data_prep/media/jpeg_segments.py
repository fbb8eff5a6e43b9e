"""The segments of a JPEG file, counted without decoding it."""

from __future__ import annotations

import re
from typing import NamedTuple

# 0xff 0x00 and the restart markers stand within the coded data of a scan; further 0xff are filling.
_MARKER = re.compile(rb"\xff+([^\x00\xd0-\xd7\xff])", re.DOTALL)
_WITHOUT_LENGTH = (0x01, 0xD8)
_END, _SCAN = 0xD9, 0xDA


class Segments(NamedTuple):
    """How many segments a file has, and how many of them are scans."""

    number: int = 0
    scans: int = 0


def count_segments(data: bytes, most: int) -> Segments:
    """Return the segments of the first picture of a JPEG file; counting ends beyond `most`."""
    place = number = scans = 0
    while number <= most and (found := _MARKER.search(data, place)):
        marker, place = found[1][0], found.end()
        if marker == _END:
            break
        number += 1
        scans += marker == _SCAN
        if marker not in _WITHOUT_LENGTH:
            place += int.from_bytes(data[place : place + 2])
    return Segments(number, scans)
