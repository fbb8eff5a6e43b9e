"""Whether detected faces are of another size than those of a file."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence

from data_prep.faces.boxes import BOXES_FILE, Faces

_SAME = 1.1  # a face in a video changes by less, in the median


def size_warnings(
    forgeries: Iterable[tuple[Sequence[Faces], Faces]], detector: str
) -> tuple[str, ...]:
    """Return the warning that the size of a face in its crop may tell forged from real, or none.

    Detectors differ in how much of a head is a face. Originals are cropped by the file, and so the
    scale of a picture would tell that it is cropped by a detected box.

    Args:
        forgeries: of each the faces by the file, its own and its target's, and those detected.
        detector: its name.
    """
    ratios = [
        detected / given
        for by_file, own in forgeries
        if (detected := _side([own])) is not None and (given := _side(by_file)) is not None
    ]
    ratio = statistics.median(ratios) if ratios else 1.0
    if 1 / _SAME <= ratio <= _SAME:
        return ()
    return (
        f"the faces that {detector} detects in these forgeries are {ratio:.2f} times as large as "
        f"those in {BOXES_FILE}: how large a face is in its picture may tell forged from real; add "
        "boxes of these frames to the file, or remove it so that all faces are detected",
    )


def _side(videos: Iterable[Faces]) -> float | None:
    """Return the median side of the foremost face, the longer one, in pixels; None without one."""
    foremost = [faces[0] for faces in videos if faces]
    boxes = [
        box for face in foremost for box in (face.values() if isinstance(face, Mapping) else face)
    ]
    sides = [max(box.width, box.height) for box in boxes if box is not None]
    return statistics.median(sides) if sides else None
