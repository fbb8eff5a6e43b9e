"""Labels beside faces: in letters that fit the picture, where they cover as little as can be."""

import math
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

SIZES = (1.0, 0.85, 0.7)
"""Of letters that are tried, in the size wanted."""
LEAST = 11
"""Size of the smallest letters that are chosen, pixels; still smaller ones only where a picture has
no room for these."""


class Rectangle(NamedTuple):
    """Whole pixels: from `left` and `top` up to, and without, `right` and `bottom`."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def area(self) -> int:
        """Pixels in it."""
        return (self.right - self.left) * (self.bottom - self.top)


class Label(NamedTuple):
    """A text, its letters, and where it stands."""

    at: Rectangle
    text: str
    font: Font


def labels(
    size: tuple[int, int], frames: Sequence[Rectangle], texts: Sequence[tuple[str, str]]
) -> list[Label]:
    """Return a label for every face, within the picture.

    All get their short text where it covers the least of frames and other labels, and then, the
    largest faces first, the long one where that covers nothing.

    Args:
        size: of the picture, width and height.
        frames: of the faces; a label may cover a quarter of its own.
        texts: the long and the short one of each.
    """
    found: dict[int, Label] = {}
    order = sorted(range(len(frames)), key=lambda face: -frames[face].area)
    for which, face in ((which, face) for which in (1, 0) for face in order):
        taken = [frame for other, frame in enumerate(frames) if other != face]
        taken += [label.at for other, label in found.items() if other != face]
        label, covered = _best(size, frames[face], texts[face][which], taken)
        if which == 1 or covered == 0:
            found[face] = label
    return [found[face] for face in range(len(frames))]


def write(pen: ImageDraw.ImageDraw, label: Label, colour: str) -> None:
    """Write a label in black on its colour."""
    left, top, right, bottom = label.at
    pad = _pad(label.font)
    pen.rectangle((left, top, right - 1, bottom - 1), fill=colour, outline="black")
    pen.multiline_text((left + pad, top + pad), label.text, "black", label.font, spacing=pad)


def _best(
    size: tuple[int, int], frame: Rectangle, text: str, taken: Sequence[Rectangle]
) -> tuple[Label, int]:
    """Return the label that covers least, the largest and first of equals, and how many pixels."""
    legible = max(LEAST, max(size) / 90)  # where the whole picture is shown
    wanted = min(max((frame.right - frame.left) / 10, legible), 2 * legible)
    found = []
    for part in SIZES:
        font, width, height = _fitting(text, max(LEAST, round(part * wanted)), size)
        places = list(_places(frame, width, height, size))
        covered = _common(places, taken).sum(axis=1)
        covered += np.maximum(0, _common(places, [frame])[:, 0] - frame.area // 4)
        least = int(np.argmin(covered))
        found.append((Label(places[least], text, font), int(covered[least])))
        if covered[least] == 0:
            break
    return min(found, key=lambda each: each[1])


def _common(places: Sequence[Rectangle], taken: Sequence[Rectangle]) -> np.ndarray:
    """Return how many pixels places have in common with what is taken, int [P, T]."""
    a = np.array(places)[:, None]
    b = np.array(taken, int).reshape(1, -1, 4)
    low, high = np.maximum(a[..., :2], b[..., :2]), np.minimum(a[..., 2:], b[..., 2:])
    return np.maximum(0, high - low).prod(axis=-1)


def _fitting(text: str, letters: int, size: tuple[int, int]) -> tuple[Font, int, int]:
    """Return letters in which a text fits the picture, and the label's width and height in them."""
    while True:
        font = _font(letters)
        width, height = _sides(text, letters)
        if (width <= size[0] and height <= size[1]) or letters <= 2:
            return font, width, height
        letters = max(2, int(0.9 * letters))


@cache
def _font(letters: int) -> Font:
    return ImageFont.load_default(letters)


def _sides(text: str, letters: int) -> tuple[int, int]:
    font, pen = _font(letters), ImageDraw.Draw(Image.new("L", (1, 1)))
    pad = _pad(font)
    _, _, right, bottom = pen.multiline_textbbox((0, 0), text, font, spacing=pad)
    return math.ceil(right) + 2 * pad, math.ceil(bottom) + 2 * pad


def _pad(font: Font) -> int:
    return max(2, round(getattr(font, "size", 10) / 5))


def _places(
    frame: Rectangle, width: int, height: int, size: tuple[int, int]
) -> Iterator[Rectangle]:
    """Yield where a label may stand: above, below and beside the frame, and within at its edges."""
    left, top, right, bottom = frame
    widest, lowest = size[0] - width, size[1] - height
    sides = left, right - width
    around = [
        *((min(max(0, x), widest), y) for y in (top - height, bottom) for x in sides),
        *((x, y) for x in (right, left - width) for y in (top, bottom - height)),
    ]
    within = [
        (min(max(0, x), widest), min(max(0, y), lowest))
        for y in (bottom - height, top)
        for x in sides
    ]
    inside = [place for place in around if 0 <= place[0] <= widest and 0 <= place[1] <= lowest]
    for x, y in inside + within:
        yield Rectangle(x, y, x + width, y + height)
