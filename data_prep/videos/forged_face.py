"""Which of several faces in a video is the forged one: the face that the masks meet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from data_prep.faces.boxes import Box, FaceTrack
from data_prep.media.video import BadVideoError, evenly_spaced
from data_prep.videos.frames import frame_numbers, mask_positions, read_frames, read_masks

LOOKS = 16
"""How many masks are looked at."""


def forged_track(tracks: Sequence[FaceTrack], video: Path, masks: Path) -> FaceTrack:
    """Return the face that meets the masks, the first where none does or no mask can be used.

    A face that was lost and found again may be several tracks: all count whose boxes meet the masks
    half as well as those of the best, by the mean of intersection over union.

    Args:
        tracks: of the faces in the video, the foremost first.
        video: the file or folder that they are of.
        masks: of these frames, or of a forgery of them.
    """
    try:
        scores = _scores(tracks, video, masks)
    except BadVideoError:
        return tracks[0]
    best = max(scores)
    order = sorted(range(len(tracks)), key=lambda place: -scores[place])
    chosen = [tracks[place] for place in order if best > 0 and scores[place] >= best / 2]
    if not chosen:
        return tracks[0]
    boxes = {frame: box for track in reversed(chosen) for frame, box in track.boxes.items()}
    return replace(chosen[0], boxes=boxes)


def _scores(tracks: Sequence[FaceTrack], video: Path, masks: Path) -> list[float]:
    """Return how well the boxes of each face meet the masks, 0 to 1."""
    numbers = frame_numbers(video)
    places = mask_positions(video, masks, range(len(numbers)))
    seen = [
        position
        for position, number in enumerate(numbers)
        if places[position] is not None and any(number in track.boxes for track in tracks)
    ]
    looks = [seen[place] for place in evenly_spaced(len(seen), LOOKS)]
    met: list[list[float]] = [[] for _ in tracks]
    for position, mask in _masks(video, masks, looks, places):
        for track, of_track in zip(tracks, met, strict=True):
            if (box := track.boxes.get(numbers[position])) is not None:
                of_track.append(_overlap(box, mask))
    return [sum(of_track) / max(len(of_track), 1) for of_track in met]


def _masks(
    video: Path, masks: Path, looks: Sequence[int], places: Sequence[int | None]
) -> Iterator[tuple[int, np.ndarray]]:
    """Yield position and mask of frames in which anything is forged."""
    height, width = next(read_frames(video, looks[:1])).shape[:2] if looks else (0, 0)
    wanted = [place for look in looks if (place := places[look]) is not None]
    for position, mask in zip(looks, read_masks(masks, wanted), strict=True):
        if mask.shape != (height, width):
            raise BadVideoError("masks of another size than the video")
        if mask.max() >= 128:
            yield position, mask >= 128


def _overlap(box: Box, forged: np.ndarray) -> float:
    """Return intersection over union of a box and a forged region, bool [H, W]."""
    left, top = max(round(box.x), 0), max(round(box.y), 0)
    right, bottom = round(box.x + box.width), round(box.y + box.height)
    common = int(forged[top : max(bottom, 0), left : max(right, 0)].sum())
    return common / (box.width * box.height + int(forged.sum()) - common)
