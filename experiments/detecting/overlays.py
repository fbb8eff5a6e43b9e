"""Pictures with the answer around every face: colour and form of the frame tell it, and a label."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from experiments.detecting.findings import Face
from experiments.detecting.labels import Rectangle, labels, write
from experiments.detecting.maps import Maps
from experiments.detecting.views import View
from jaxticket.calibration import CANNOT_TELL, NO_SIGN, SIGNS
from jaxticket.report.marks import DARK
from jaxticket.report.overlay import with_map

SMALLEST = 256
"""Side up to which small pictures are enlarged, so that a label has room; pixels."""
OPACITY = 0.65
"""Of a map where it is strongest: the face below stays to be seen."""
ROWS = 256
"""Of a face that are coloured at once."""

COLOURS = {SIGNS: DARK[1], CANNOT_TELL: DARK[7], NO_SIGN: DARK[0], None: DARK[6]}
"""By answer: orange, yellow, blue, and grey without a calibration. The colour-blind tell them
apart, and black is read on all of them."""
DASHES = {CANNOT_TELL: (5, 3), NO_SIGN: (1, 2)}
"""By answer: dash and gap in widths of the line; what is not here is solid."""


@dataclass(frozen=True)
class Marked:
    """A face to be drawn.

    Attributes:
        number: of the face.
        box: x, y, width and height of the frame, pixels: of the square that was scored.
        answer: None without a calibration.
        probability: of fake, in [0, 1].
        map: float [h, w] over that square, not negative: where it speaks for fake; None without.
    """

    number: int
    box: tuple[float, float, float, float]
    answer: str | None
    probability: float
    map: np.ndarray | None = None


def overlay(picture: np.ndarray, faces: Sequence[Marked]) -> np.ndarray:
    """Return a picture with a frame around each face, its answer and probability, and its map.

    A label that finds no room beside other faces gets shorter, the number and the probability: then
    the frame alone tells the answer.

    Args:
        picture: RGB, uint8 [H, W, 3].
        faces: to be drawn.

    Returns:
        RGB, uint8, of the same size; a picture with a side below `SMALLEST` is enlarged.
    """
    factor = max(1, math.ceil(SMALLEST / min(picture.shape[:2])))
    size = factor * picture.shape[1], factor * picture.shape[0]
    enlarged = Image.fromarray(picture).resize(size, Image.Resampling.BICUBIC)
    pixels = np.array(enlarged) if factor > 1 else picture.copy()
    frames = [_inside([factor * value for value in face.box], size) for face in faces]
    for face, frame in zip(faces, frames, strict=True):
        if face.map is not None:
            _heat(pixels, frame, face.map)
    canvas = Image.fromarray(pixels)
    pen = ImageDraw.Draw(canvas)
    for face, frame in zip(faces, frames, strict=True):
        _frame(pen, frame, face.answer, max(size) / 350)
    texts = [_texts(face) for face in faces]
    for face, label in zip(faces, labels(size, frames, texts), strict=True):
        write(pen, label, COLOURS[face.answer])
    return np.array(canvas)


def overlay_of(view: View, faces: Sequence[Face], maps: Maps | None = None) -> np.ndarray:
    """Return a picture or frame with all faces that were seen in it drawn, see `overlay`.

    Of a face in a video these are the answer and the probability for the whole of it.

    Args:
        view: the picture, and the crops of faces whose maps are drawn.
        faces: of the file.
        maps: makes maps of crops; None draws none.
    """
    own: dict[int, np.ndarray] = {}
    if maps is not None and view.crops:
        own = dict(zip(view.crops, maps(np.stack(list(view.crops.values()))), strict=True))
    marked = []
    for face in faces:
        look = next((look for look in face.looks if look.frame == view.frame), None)
        if look is not None:
            box = look.box if look.square is None else (*look.square, look.square[2])
            marked.append(
                Marked(face.number, box, face.answer, face.probability, own.get(face.number))
            )
    return overlay(view.picture, marked)


def _texts(face: Marked) -> tuple[str, str]:
    probable = percent(face.probability)
    long = f"{face.answer or 'not calibrated'}\n{face.number}: fake {probable}"
    return long, f"{face.number}: {probable}"


def percent(probability: float) -> str:
    """Return a probability in [0, 1] as text, never rounded to certainty."""
    if probability < 0.005:
        return "<1%"
    return ">99%" if probability >= 0.995 else f"{100 * probability:.0f}%"


def _inside(box: Sequence[float], size: tuple[int, int]) -> Rectangle:
    """Return a box as whole pixels of the picture, at least one."""
    x, y, width, height = box
    left, top = (
        min(max(0, math.floor(at)), side - 1) for at, side in zip((x, y), size, strict=True)
    )
    right, bottom = (
        max(low + 1, min(round(end), side))
        for low, end, side in zip((left, top), (x + width, y + height), size, strict=True)
    )
    return Rectangle(left, top, right, bottom)


def _heat(pixels: np.ndarray, frame: Rectangle, values: np.ndarray) -> None:
    """Lay a map over a face, in place; one without any mass says nothing."""
    import cv2

    if not values.max() > 0:
        return
    left, top, right, bottom = frame
    strength = np.asarray(values / values.max(), np.float32)
    strength = cv2.resize(strength, (right - left, bottom - top), interpolation=cv2.INTER_LINEAR)
    for row in range(0, bottom - top, ROWS):  # a large face takes a lot of memory at once
        part = pixels[top:bottom, left:right][row : row + ROWS]
        own = strength[row : row + ROWS]
        part[:] = with_map(part, own, OPACITY * own)  # a root would begin with an edge


def _frame(pen: ImageDraw.ImageDraw, frame: Rectangle, answer: str | None, width: float) -> None:
    """Draw a frame inside its rectangle, on a black line that is seen on light ground."""
    left, top, right, bottom = frame
    line = max(2, round(min(width, (right - left) / 24)))
    for inset, thick, colour, dashes in (
        (0, line + 2, "black", None),
        (1, line, COLOURS[answer], DASHES.get(answer)),
    ):
        for start, end in _dashes(right - left - 2 * inset, line, dashes):
            for y in (top + inset, bottom - inset - thick):
                across = left + inset + start, left + inset + end - 1
                pen.rectangle((across[0], y, across[1], y + thick - 1), fill=colour)
        for start, end in _dashes(bottom - top - 2 * inset, line, dashes):
            for x in (left + inset, right - inset - thick):
                down = top + inset + start, top + inset + end - 1
                pen.rectangle((x, down[0], x + thick - 1, down[1]), fill=colour)


def _dashes(length: int, line: int, dashes: tuple[int, int] | None) -> Iterator[tuple[int, int]]:
    """Yield beginnings and ends of a line's dashes, of which one stands at either end of it."""
    if length < 1:
        return
    dash, gap = (line * part for part in dashes) if dashes else (length, 1)
    dash = min(dash, length)
    count = max(1, round((length - dash) / (dash + gap)) + 1)
    for start in np.linspace(0, length - dash, count):
        yield round(start), round(start) + dash
