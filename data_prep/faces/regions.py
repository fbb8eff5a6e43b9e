"""Where the parts of the faces are: a JSON file with the regions of frames, or of annotated faces.

    {"format": "face_regions/1",
     "regions": ["eyes", "nose", "mouth", "face", "hair"],
     "videos": {"youtube/000": [{"eyes": [[[61, 70], [75, 66], [75, 74]], [[95, 69], ...]],
                                 "nose": [...]}, null, ...],
                "Swap/000_001": [...]},
     "faces": {"Train/0a1b2c3d4e.jpg/7": {"eyes": [...], ...}}}

A region is a list of polygons, a polygon a list of three or more corners [x, y] in pixels of the
video or picture, the upper left corner of the picture at 0, 0; they may leave it. Regions may
overlap: a place belongs to the first of `regions` that covers it, and where none does to the
background. A region that is not named in a frame is not in it.

`videos` is for sets of videos: a video is named, and its frames are counted or named, as in
face_boxes.json; null stands where nothing is known of a frame, and a forgery that is not named
takes the regions of its target. `faces` is for OpenForensics: a face is named by the release's
split, the file of the picture and the id of its annotation. 68 landmarks make such regions: 37 to
42 and 43 to 48 go round the eyes, 49 to 60 round the mouth, 28 and 32 to 36 round the nose (iBUG
300-W, counted from 1).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from data_prep.limits import POLYGON_CORNERS
from data_prep.prepared.files import replacing
from data_prep.source.json_objects import JsonError, read_json, shown

REGIONS_FILE = "face_regions.json"
FORMAT = "face_regions/1"
BACKGROUND = "background"
REGIONS_HELP = (
    f'{{"format": "{FORMAT}", "regions": ["eyes", ...], "videos": {{"youtube/000": '
    '[{"eyes": [[[x, y], [x, y], [x, y], ...], ...]}, null, ...]}, "faces": {...}}'
)

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_LARGEST = 1e6  # pixels; beyond every picture
_MOST_REGIONS = 32
_NEXT = ",\n"

Outlines = tuple[np.ndarray, ...]
"""Polygons, float64 [N, 2] each: (x, y)."""

Regions = Mapping[str, Outlines]
"""Name of a region -> its polygons."""

VideoRegions = Sequence[Regions | None] | Mapping[str, Regions | None]
"""The regions, or None, of each frame of a video; or by the names or numbers of its frames."""


class FaceRegionsError(ValueError):
    """A file of regions that does not have the form above; the text says where."""


@dataclass(frozen=True)
class FaceRegions:
    """What a file of regions says.

    Attributes:
        names: of the regions; where they overlap the first holds.
        videos: video -> the regions of its frames, None where nothing is known.
        faces: annotated face -> its regions.
    """

    names: tuple[str, ...]
    videos: Mapping[str, VideoRegions] = field(default_factory=dict)
    faces: Mapping[str, Regions] = field(default_factory=dict)


def read_face_regions(path: Path | str) -> FaceRegions:
    """Read a file of regions, whoever wrote it.

    Raises:
        FileNotFoundError: there is no such file.
        FaceRegionsError: it has not the form this module describes, or is too large.
    """
    path = Path(path)
    try:
        content = read_json(path)
    except FileNotFoundError:
        raise FileNotFoundError(f"there is no file of face regions {path}") from None
    except JsonError as error:
        raise FaceRegionsError(f"{error}; its form is {REGIONS_HELP}") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise FaceRegionsError(
            f"{path} does not say that it is {FORMAT}; its form is {REGIONS_HELP}"
        )
    names = _names(path, content.get("regions"))
    videos, faces = (_object(path, content, part) for part in ("videos", "faces"))
    return FaceRegions(
        names,
        {video: _frames(path, video, entries, names) for video, entries in videos.items()},
        {face: _regions(f"{path}: the face {face}", entry, names) for face, entry in faces.items()},
    )


def write_face_regions(path: Path | str, regions: FaceRegions) -> None:
    """Write a file of regions, whole or not at all: a line a video or face, sorted by name.

    Corners are rounded to tenths of a pixel.

    Raises:
        OSError: it cannot be written.
    """
    path = Path(path)
    parts = [f'"format": "{FORMAT}"', f'"regions": {json.dumps(list(regions.names))}']
    videos = {
        video: {name: frame if frame is None else _written(frame) for name, frame in frames.items()}
        if isinstance(frames, Mapping)
        else [frame if frame is None else _written(frame) for frame in frames]
        for video, frames in regions.videos.items()
    }
    faces = {face: _written(outlines) for face, outlines in regions.faces.items()}
    for name, content in (("videos", videos), ("faces", faces)):
        if content:
            lines = (
                f"{json.dumps(key)}: {json.dumps(content[key], separators=(',', ':'))}"
                for key in sorted(content)
            )
            parts.append(f'"{name}": {{\n{_NEXT.join(lines)}\n}}')
    with replacing(path) as partial:
        partial.write_text(f"{{{', '.join(parts)}}}\n", encoding="utf-8")


def _written(regions: Regions) -> dict[str, list[Any]]:
    return {
        name: [np.round(np.asarray(polygon, np.float64), 1).tolist() for polygon in polygons]
        for name, polygons in regions.items()
        if polygons
    }


def _names(path: Path, names: Any) -> tuple[str, ...]:
    if not isinstance(names, list) or not 1 <= len(names) <= _MOST_REGIONS:
        raise FaceRegionsError(
            f"{path}: `regions` is no list of 1 to {_MOST_REGIONS} names; the form is "
            f"{REGIONS_HELP}"
        )
    for name in names:
        if not isinstance(name, str) or not _NAME.fullmatch(name) or name == BACKGROUND:
            raise FaceRegionsError(
                f"{path}: a region is called {shown(name)}; names are lower-case letters, digits, "
                f"- and _, at most 40, beginning with a letter, and not {BACKGROUND}, which is the "
                "rest"
            )
    if len(set(names)) != len(names):
        raise FaceRegionsError(f"{path}: a name stands twice in `regions`: {names}")
    return tuple(names)


def _object(path: Path, content: dict[str, Any], part: str) -> dict[str, Any]:
    entries = content.get(part, {})
    if not isinstance(entries, dict):
        raise FaceRegionsError(f"{path}: `{part}` is no object; the form is {REGIONS_HELP}")
    return entries


def _frames(path: Path, video: str, entries: Any, names: Sequence[str]) -> VideoRegions:
    def frame(name: int | str, entry: Any) -> Regions | None:
        where = f"{path}: frame {name} of {video}"
        return None if entry is None else _regions(where, entry, names)

    if isinstance(entries, dict):
        return {name: frame(name, entry) for name, entry in entries.items()}
    if not isinstance(entries, list):
        raise FaceRegionsError(f"{path}: the frames of {video} are no list and no object")
    return tuple(frame(number, entry) for number, entry in enumerate(entries))


def _regions(where: str, entry: Any, names: Sequence[str]) -> Regions:
    if not isinstance(entry, dict):
        raise FaceRegionsError(f"{where} is no object of regions; the form is {REGIONS_HELP}")
    for name, polygons in entry.items():
        if name not in names:
            raise FaceRegionsError(
                f"{where} has the region {shown(name)}, which `regions` does not name"
            )
        if not isinstance(polygons, list):
            raise FaceRegionsError(f"{where}, {name}: no list of polygons")
    return {
        name: tuple(_polygon(f"{where}, {name}", polygon) for polygon in polygons)
        for name, polygons in entry.items()
    }


def _polygon(where: str, polygon: Any) -> np.ndarray:
    if not isinstance(polygon, list) or not 3 <= len(polygon) <= POLYGON_CORNERS:
        raise FaceRegionsError(
            f"{where}: a polygon is no list of 3 to {POLYGON_CORNERS:,} corners [x, y]"
        )
    for corner in polygon:
        if not (isinstance(corner, list) and len(corner) == 2 and all(map(_is_length, corner))):
            raise FaceRegionsError(
                f"{where}: a corner is {shown(corner)}, not two numbers [x, y] up to "
                f"{_LARGEST:,.0f} pixels"
            )
    return np.array(polygon, np.float64)


def _is_length(value: Any) -> bool:
    # JSON as Python reads it knows NaN, Infinity and integers of any size.
    return type(value) in (int, float) and abs(value) <= _LARGEST and math.isfinite(value)
