"""From a group picture to its faces, each cropped with its mask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data_prep.faces.crop import BoxOutsideError, Square, crop_face, crop_mask, face_square
from data_prep.faces.encode import FacePicture, face_picture, pack_faces, unpack_faces
from data_prep.media.pictures import read_pixels
from data_prep.openforensics.annotations import AnnotatedFace
from data_prep.openforensics.polygons import fill_polygons
from data_prep.running.pieces import Pieces


@dataclass(frozen=True)
class PictureFaces:
    """What became of a picture.

    Attributes:
        faces: annotation id -> its crop. The mask is the forged region: None for a real face, and
            where no polygon meets the crop.
        outside: (annotation id, reason) of those that could not.
        conversion: what was changed when the picture was read, for example `grey`; or None.
    """

    faces: Mapping[int, FacePicture]
    outside: tuple[tuple[int, str], ...]
    conversion: str | None


def pieces_in(folder: Path) -> Pieces[PictureFaces]:
    """Return the faces of the pictures that an unfinished preparation has read into `folder`."""
    return Pieces(
        folder,
        lambda picture: pack_faces(
            picture.faces, {"outside": picture.outside, "conversion": picture.conversion}
        ),
        lambda about, read: PictureFaces(
            unpack_faces(about, read),
            tuple((number, reason) for number, reason in about["outside"]),
            about["conversion"],
        ),
    )


def read_faces(
    path: Path,
    picture_size: tuple[int, int] | None,
    annotations: Sequence[AnnotatedFace],
    size: int,
) -> PictureFaces:
    """Read a picture once and crop all its faces.

    Args:
        path: the picture.
        picture_size: width and height by the annotations, None where they do not say.
        annotations: the faces.
        size: the side of the crops, pixels.

    Raises:
        BadPictureError: the picture is not whole, or has another size than the annotations say.
    """
    pixels, conversion = read_pixels(path, picture_size)
    height, width = pixels.shape[:2]
    faces, outside = {}, []
    for annotation in annotations:
        try:
            square = face_square(annotation.box, width, height)
        except BoxOutsideError:
            box = ", ".join(f"{value:g}" for value in annotation.box)
            reason = f"its box [{box}] has no pixel in the picture of {width} x {height}"
            outside.append((annotation.id, reason))
        else:
            crop = crop_face(pixels, square, size)
            faces[annotation.id] = face_picture(crop, _mask(annotation, square, size))
    return PictureFaces(faces, tuple(outside), conversion)


def _mask(annotation: AnnotatedFace, square: Square, size: int) -> np.ndarray | None:
    """Return the forged region in the square, uint8 [size, size]; None where there is none."""
    if not annotation.polygons:
        return None
    corner = np.array([square.x, square.y], np.float32)
    moved = [polygon - corner for polygon in annotation.polygons]
    region = fill_polygons(moved, square.side, square.side)
    mask = crop_mask(region, Square(0, 0, square.side), size)
    return mask if mask.any() else None
