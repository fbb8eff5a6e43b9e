"""Landmarks of faces as face regions: 68 points (iBUG 300-W), or 81 with 13 more on the forehead.

Two forms are read: a NumPy file a picture, `014.npy`, [68 or 81, 2] (x, y); and a JSON file for a
folder of pictures, `{"014.png": [[x, y], ...]}`. Points are in pixels of the picture.
"""

from __future__ import annotations

import io
import math
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from data_prep.faces.regions import Regions
from data_prep.source.json_objects import JsonError, read_json

REGION_NAMES = ("eyes", "brows", "nose", "mouth", "face")
"""The regions that landmarks make; where they overlap the first holds."""

_NUMBERS = (68, 81)
_LARGEST = 1e6  # pixels; beyond every picture
_MOST_BYTES = 1 << 16  # of a NumPy file: 81 points in the longest type have 1.4 kB
# Python up to 3.11.7 and 3.12.1 may raise SystemError where two threads parse literals at once
# (https://github.com/python/cpython/issues/106905).
_PARSING = Lock()
_BROW = 0.06  # half the height of a brow, over the distance of the eyes


class LandmarksError(ValueError):
    """Landmarks of another form; the text is the reason alone."""


def read_landmarks(path: Path) -> np.ndarray:
    """Read the landmarks of a picture from a NumPy file; nothing in it is executed.

    Returns:
        float64 [68 or 81, 2]: (x, y).

    Raises:
        LandmarksError: it has another form.
    """
    try:
        size = path.stat().st_size
        if size > _MOST_BYTES:
            raise LandmarksError(f"has {size:,} bytes, more than landmarks need")
        file = io.BytesIO(path.read_bytes())
        version = np.lib.format.read_magic(file)
        if version not in ((1, 0), (2, 0)):
            raise LandmarksError("is a NumPy file of an unknown version")
        read_header = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }[version]
        with _PARSING:
            shape, by_columns, kind = read_header(file)
    except LandmarksError:
        raise
    except OSError as error:
        raise LandmarksError(f"cannot be read: {error.strerror or error}") from None
    except Exception as error:  # the header is parsed as a Python literal, which may raise anything
        raise LandmarksError(f"is no NumPy file: {error}") from None
    # Before memory is taken: what the header says need not be in the file.
    if shape not in [(number, 2) for number in _NUMBERS] or kind.kind not in "iuf":
        raise LandmarksError(f"holds {kind} {list(shape)}, not {_NUMBERS[0]} or {_NUMBERS[1]} x 2")
    content = file.read()
    if len(content) != math.prod(shape) * kind.itemsize:
        raise LandmarksError("is cut off")
    points = np.frombuffer(content, kind).reshape(shape, order="F" if by_columns else "C")
    return _checked(points.astype(np.float64))


def read_landmarks_of_folder(path: Path) -> dict[str, np.ndarray]:
    """Read the landmarks of the pictures of a folder from a JSON file.

    Returns:
        Name of the picture without suffix -> float64 [68 or 81, 2].

    Raises:
        LandmarksError: it has another form.
    """
    try:
        content = read_json(path)
    except OSError as error:
        raise LandmarksError(f"cannot be read: {error.strerror or error}") from None
    except JsonError as error:
        reason = str(error).partition(" is not a JSON file: ")[2]
        raise LandmarksError(f"is no JSON file: {reason}") from None
    if not isinstance(content, dict):
        raise LandmarksError('is no JSON object such as {"014.png": [[x, y], ...]}')
    return {Path(name).stem: _points(points, name) for name, points in content.items()}


def landmark_regions(points: np.ndarray) -> Regions:
    """Return the regions that landmarks go round, see `REGION_NAMES`.

    The face is the convex hull of all points: with 68 of them it ends at the brows, with 81 on the
    forehead. A brow is a band along its five points.

    Args:
        points: [68 or 81, 2].
    """
    right, left = points[36:42], points[42:48]
    half = _BROW * float(np.linalg.norm(right.mean(axis=0) - left.mean(axis=0)))
    up = np.array([0.0, half])
    brows = (
        np.concatenate([brow - up, brow[::-1] + up]) for brow in (points[17:22], points[22:27])
    )
    return {
        "eyes": (right, left),
        "brows": tuple(brows),
        "nose": (_hull(points[27:36]),),
        "mouth": (points[48:60],),
        "face": (_hull(points),),
    }


def _hull(points: np.ndarray) -> np.ndarray:
    import cv2

    return cv2.convexHull(points.astype(np.float32))[:, 0].astype(np.float64)


def _points(points: Any, name: str) -> np.ndarray:
    try:
        read = np.array(points, np.float64)
    except (TypeError, ValueError, OverflowError):
        read = np.empty(0)
    if read.shape not in [(number, 2) for number in _NUMBERS]:
        raise LandmarksError(
            f"gives for {name!r} no list of {_NUMBERS[0]} or {_NUMBERS[1]} points [x, y]"
        )
    return _checked(read)


def _checked(points: np.ndarray) -> np.ndarray:
    if not np.all(np.abs(points) <= _LARGEST):  # NaN is not
        raise LandmarksError(f"has a point that is no place up to {_LARGEST:,.0f} pixels")
    return points
