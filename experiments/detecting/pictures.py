"""A picture: its faces, or the whole of it as a crop."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from data_prep.faces.boxes import Box
from data_prep.faces.crop import BoxOutsideError, Square
from data_prep.faces.follow import Detector
from data_prep.faces.in_picture import boxes_in
from data_prep.media.pictures import read_picture, read_pixels
from experiments.detecting.crops import face_crop
from experiments.detecting.findings import Finding, Kind, Look
from experiments.detecting.judging import judge, with_faces
from experiments.detecting.remarks import face_remarks, file_remarks, picture_remarks
from experiments.detecting.scoring import Scoring
from experiments.detecting.views import Looked, View
from jaxticket.calibration import Framing, measure
from jaxticket.decoding import decode_square

_JPEG = b"\xff\xd8"


class CutFace(NamedTuple):
    """A face cut out of a picture: its box, the square around it, its crop for the network."""

    box: Box
    square: Square | None
    crop: np.ndarray


@dataclass(frozen=True, eq=False)
class CutPicture:
    """A picture with its faces cut out, not yet scored.

    Attributes:
        kind: `crop` where the picture is one.
        pixels: RGB, uint8 [H, W, 3].
        faces: from the left.
        outside: how many boxes lie outside the picture.
        conversion: what was changed when it was read, as `read_pixels` says it; None if nothing.
        jpeg_bytes: of a crop that is a JPEG, a pixel; None of others.
    """

    kind: Kind
    pixels: np.ndarray
    faces: Sequence[CutFace]
    outside: int = 0
    conversion: str | None = None
    jpeg_bytes: float | None = None


def cut_picture(
    path: Path,
    detector: Detector | None,
    image_size: int,
    side: int,
    max_pixels: int,
    framing: Framing | None = None,
) -> CutPicture:
    """Read a picture and cut out its faces; without a detector it is a crop as it is.

    Raises:
        BadPictureError: it is not a whole, readable picture.
        ValueError: the detector gives what is no box.
    """
    if detector is None:
        # As preparation of a folder of pictures and the library take it.
        encoded = read_picture(path, max_pixels).encoded
        crop = decode_square(encoded, image_size)
        pixels, conversion = read_pixels(path, max_pixels=max_pixels)
        height, width = pixels.shape[:2]
        jpeg = len(encoded) / (height * width) if encoded.startswith(_JPEG) else None
        whole = Box(0.0, 0.0, float(width), float(height))
        return CutPicture("crop", pixels, [CutFace(whole, None, crop)], 0, conversion, jpeg)
    pixels, conversion = read_pixels(path, max_pixels=max_pixels)
    boxes = boxes_in(pixels, detector, str(path))
    faces = []
    for box in sorted(boxes, key=lambda box: (box.x, box.y)):
        try:
            square, crop = face_crop(pixels, box, image_size, side, framing)
        except BoxOutsideError:
            continue
        faces.append(CutFace(box, square, crop))
    return CutPicture("picture", pixels, faces, len(boxes) - len(faces), conversion)


def judge_picture(name: str, cut: CutPicture, scores: np.ndarray, scoring: Scoring) -> Looked:
    """Return what is found in a picture.

    Args:
        name: of the file.
        cut: the picture.
        scores: of its faces, float [N].
        scoring: what the scores mean.
    """
    unit = scoring.unit(cut.kind)
    faces = []
    for number, (face, score) in enumerate(zip(cut.faces, scores, strict=True), 1):
        look = Look(frame=0, seconds=0.0, box=face.box, square=face.square, score=float(score))
        side = face.square.side if face.square else min(cut.pixels.shape[:2])
        measured = measure(side, face.crop, cut.jpeg_bytes)
        faces.append(judge([look], number, unit, face_remarks(measured, scoring, cut.kind)))
    height, width = cut.pixels.shape[:2]
    finding = Finding(
        path=name,
        kind=cut.kind,
        width=width,
        height=height,
        remarks=[*picture_remarks(cut.conversion), *file_remarks(faces, outside=cut.outside)],
    )
    crops = {number: face.crop for number, face in enumerate(cut.faces, 1)}
    return Looked(
        with_faces(finding, faces), (View(0, cut.pixels, crops),) if scoring.views else ()
    )
