"""The annotations of one split of OpenForensics: COCO's JSON, read and checked.

    {"categories": [{"id": 0, "name": "Real"}, {"id": 1, "name": "Fake"}],
     "images": [{"id": 0, "file_name": "Images/Val/a.jpg", "width": 1024, "height": 768}],
     "annotations": [{"id": 7, "image_id": 0, "category_id": 1, "bbox": [244, 112, 354, 558],
                      "segmentation": [[354, 223, 352, 225, ...]]}]}

A file is parsed at once, which takes about twice its size in memory while this lasts (0.25 GB and 7
seconds for 127 MB); what is kept is a few hundred bytes a face and the polygons of the forged ones,
four bytes a number. Ids are distinct within a split only.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from data_prep.checks.complete import PreparationError
from data_prep.faces.boxes import Box
from data_prep.limits import FACE_POLYGONS, POLYGON_CORNERS
from data_prep.schema import FAKE, LABELS, REAL
from data_prep.source.json_objects import JsonError, read_json, shown

_LARGEST = 1e6  # pixels; beyond every picture
_ID_DIGITS = 20  # of 64 bits
_NAMED = 5


class AnnotationsError(PreparationError):
    """A file that does not have the form above; the text names the file and the place in it."""


@dataclass(frozen=True)
class AnnotatedFace:
    """A face in a picture.

    Attributes:
        id: distinct within the split.
        label: real 0, fake 1.
        box: in pixels of the picture; may lie outside of it.
        polygons: outlines of the forged region, float32 [N, 2] (x, y in pixels, the upper left
            corner of the picture at 0, 0); none for a real face.
    """

    id: int
    label: int
    box: Box
    polygons: tuple[np.ndarray, ...]


@dataclass(frozen=True)
class AnnotatedPicture:
    """A picture with its faces.

    Attributes:
        id: distinct within the split.
        name: the base name of its file; empty where the annotations give none.
        size: width and height in pixels, None where they are not given.
        faces: in the file's order.
    """

    id: int
    name: str
    size: tuple[int, int] | None
    faces: tuple[AnnotatedFace, ...]


@dataclass(frozen=True)
class Annotations:
    """The pictures of a split, and the faces whose picture is not among them.

    Attributes:
        pictures: in the file's order.
        without_picture: (annotation, reason).
    """

    pictures: tuple[AnnotatedPicture, ...]
    without_picture: tuple[tuple[str, str], ...]


def read_annotations(path: Path) -> Annotations:
    """Read the annotations of one split.

    Raises:
        AnnotationsError: no JSON of this form, other categories than Real (0) and Fake (1), an id
            that stands twice, a region given as RLE or of more corners than are taken.
        OSError: the file cannot be read.
    """
    try:
        content = read_json(path, _with_arrays)
    except JsonError as error:
        raise AnnotationsError(str(error)) from None
    if not isinstance(content, dict):
        raise AnnotationsError(f"{path} is not a JSON object of categories, images, annotations")
    _check_categories(path, _entries(path, content, "categories"))
    images = _by_id(path, "image", _entries(path, content, "images"))
    faces: dict[int, list[AnnotatedFace]] = {number: [] for number in images}
    without_picture = []
    annotations = _by_id(path, "annotation", _entries(path, content, "annotations"))
    for number, entry in annotations.items():
        face = _face(path, number, entry)
        picture = _integer(entry.get("image_id"))
        if picture in faces:
            faces[picture].append(face)
        else:
            reason = (
                f"its picture {shown(entry.get('image_id'))} is not among the images of {path.name}"
            )
            without_picture.append((f"annotation {number}", reason))
    pictures = [
        AnnotatedPicture(number, _base_name(entry), _size(path, number, entry), tuple(placed))
        for (number, entry), placed in zip(images.items(), faces.values(), strict=True)
    ]
    _check_names(path, pictures)
    return Annotations(tuple(pictures), tuple(without_picture))


def _with_arrays(entry: dict[str, Any]) -> dict[str, Any]:
    """Return an object with arrays for lists of numbers, without a real face's unused outline.

    The outlines are most of a file, and numbers of Python take ten times the memory of an array's.
    """
    outlines = entry.get("segmentation")
    if entry.get("category_id") == REAL:
        entry.pop("segmentation", None)
    elif isinstance(outlines, list):
        entry["segmentation"] = [_array(outline) for outline in outlines]
    return entry


def _array(outline: Any) -> Any:
    """Return a list of numbers as float32; what it is else stays, to be named as wrong later."""
    numbers = _numbers(outline)
    return outline if numbers is None else np.array(numbers, np.float32)


def _entries(path: Path, content: dict[str, Any], name: str) -> list[dict[str, Any]]:
    entries = content.get(name)
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise AnnotationsError(f"{path} has no list of objects `{name}`: is it COCO's JSON?")
    return entries


def _check_categories(path: Path, categories: list[dict[str, Any]]) -> None:
    """Check that the categories are the labels of this project, which they are in the release."""
    names = [(entry.get("id"), entry.get("name")) for entry in categories]
    if {(_integer(n), str(name).lower()) for n, name in names} != set(enumerate(LABELS)):
        named = ", ".join(f"{shown(number)}: {shown(name)}" for number, name in names[:_NAMED])
        raise AnnotationsError(
            f"{path} has the categories {{{named}}}; those of OpenForensics are {{0: 'Real', "
            "1: 'Fake'}, and with others real and fake might be exchanged"
        )


def _by_id(path: Path, kind: str, entries: list[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    by_id: dict[int, dict[str, Any]] = {}
    for entry in entries:
        number = _integer(entry.get("id"))
        if number is None:
            raise AnnotationsError(
                f"{path}: an {kind} has the id {shown(entry.get('id'))}, not a number of at most "
                f"{_ID_DIGITS} digits"
            )
        if number in by_id:
            raise AnnotationsError(
                f"{path}: the {kind} id {number} stands there twice: were two files joined? Ids "
                "are distinct within a split only"
            )
        by_id[number] = entry
    return by_id


def _check_names(path: Path, pictures: list[AnnotatedPicture]) -> None:
    seen: dict[str, int] = {}
    for picture in pictures:
        if picture.name and picture.name in seen:
            raise AnnotationsError(
                f"{path}: the images {seen[picture.name]} and {picture.id} have the same file "
                f"name {picture.name}"
            )
        seen[picture.name] = picture.id


def _base_name(entry: dict[str, Any]) -> str:
    """Return the last part of `file_name`; its prefix says nothing about the disk."""
    name = entry.get("file_name")
    base = name.replace("\\", "/").rpartition("/")[2] if isinstance(name, str) else ""
    return "" if base in (".", "..") or "\0" in base else base


def _size(path: Path, number: int, entry: dict[str, Any]) -> tuple[int, int] | None:
    given = [entry.get(side) for side in ("width", "height")]
    if given == [None, None]:
        return None
    width, height = (_integer(side) or 0 for side in given)
    if not (1 <= width <= _LARGEST and 1 <= height <= _LARGEST):
        raise AnnotationsError(
            f"{path}: image {number} has the size {shown(given[0])} x {shown(given[1])}, not two "
            f"whole numbers from 1 to {_LARGEST:,.0f}"
        )
    return width, height


def _face(path: Path, number: int, entry: dict[str, Any]) -> AnnotatedFace:
    where = f"{path}: annotation {number}"
    label = _integer(entry.get("category_id"))
    if label not in (REAL, FAKE):
        category = shown(entry.get("category_id"))
        raise AnnotationsError(f"{where} has the category {category}, neither 0 nor 1")
    box = _numbers(entry.get("bbox"))
    if box is None or len(box) != 4:
        raise AnnotationsError(
            f"{where} has the bbox {shown(entry.get('bbox'))}, not four numbers [x, y, width, "
            f"height] up to {_LARGEST:,.0f}"
        )
    polygons = _polygons(where, entry.get("segmentation")) if label == FAKE else ()
    return AnnotatedFace(number, label, Box(*box), polygons)


def _polygons(where: str, segmentation: Any) -> tuple[np.ndarray, ...]:
    if isinstance(segmentation, dict):
        raise AnnotationsError(
            f"{where} gives its region as RLE; only polygons are read: convert it, or take the "
            "files *_poly.json of the release"
        )
    if segmentation is None:
        return ()
    if not isinstance(segmentation, list):
        raise AnnotationsError(
            f"{where} has the segmentation {shown(segmentation)}, not a list of polygons"
        )
    corners = sum(len(entry) // 2 for entry in segmentation if isinstance(entry, np.ndarray))
    if len(segmentation) > FACE_POLYGONS or corners > POLYGON_CORNERS:
        raise AnnotationsError(
            f"{where} has a segmentation of {len(segmentation):,} polygons with {corners:,} "
            f"corners; at most {FACE_POLYGONS} with {POLYGON_CORNERS:,} are taken of a face"
        )
    polygons = []
    for entry in segmentation:
        if not isinstance(entry, np.ndarray) or len(entry) % 2:
            raise AnnotationsError(
                f"{where} has a segmentation in which a polygon is no list [x, y, x, y, ...] of "
                f"numbers up to {_LARGEST:,.0f}"
            )
        if len(entry) >= 6:  # two points have no area
            polygons.append(entry.reshape(-1, 2))
    return tuple(polygons)


def _numbers(values: Any) -> list[float] | None:
    """Return a list of finite numbers of a picture's order, None where it is something else."""
    if not isinstance(values, list):
        return None
    if not all(isinstance(v, int | float) and not isinstance(v, bool) for v in values):
        return None
    return values if all(abs(v) <= _LARGEST for v in values) else None  # not of NaN


def _integer(value: Any) -> int | None:
    """Return a whole number that can be an id or a count; None where it is something else."""
    return value if type(value) is int and abs(value) < 10**_ID_DIGITS else None
