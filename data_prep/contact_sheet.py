"""A picture of a prepared set: people of the test split, the forgeries of each, and the masks.

    python -m data_prep.contact_sheet --dataset=PREPARED --out=sheet.png --columns=8

A column is a person, where the set says who is who. The first row is real; every method has a row
of forgeries and below it a row that shows in colour what was forged, by the masks.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from data_prep.checks.complete import PreparationError
from data_prep.prepared.card import read_card
from data_prep.prepared.files import replacing
from data_prep.prepared.find import version_folders
from data_prep.prepared.people import Person, Portrait, read_people, split_to_show
from data_prep.terminal.plain import say_error
from data_prep.terminal.program import start

WIDTH = 1000
"""Of the sheet, in pixels: what a README shows."""

_GAP = 3
_ABOVE_METHOD = 12
_TITLE = 40
_SMALLEST, _LARGEST = 24, 160
_REGION = "forged region"
_FONT, _SMALL_FONT = 16, 13
_INK, _PALE_INK, _PAPER = (32, 32, 36), (120, 120, 126), (255, 255, 255)
_OUTLINE = np.array([255, 96, 24], np.float32)


def draw_sheet(people: Sequence[Person], title: str, width: int = WIDTH) -> Image.Image:
    """Draw the sheet.

    Args:
        people: a column each; all with the same methods, `real` first, and None where there is no
            picture.
        title: the line above.
        width: of the sheet at most, in pixels.

    Raises:
        PreparationError: so many columns do not fit.
    """
    methods = list(people[0])
    font, small_font = ImageFont.load_default(_FONT), ImageFont.load_default(_SMALL_FONT)
    names = [font.getlength(method) for method in methods]
    margin = 24 + round(max(small_font.getlength(_REGION), *names))
    side = min((width - margin + _GAP) // len(people) - _GAP, _LARGEST)
    if side < _SMALLEST:
        raise PreparationError(
            f"{len(people)} columns do not fit {width} pixels, each needs {_SMALLEST} of them: ask "
            "for fewer"
        )
    masked = [
        method
        for method in methods
        if any((portrait := person[method]) and portrait.mask is not None for person in people)
    ]
    across = max(len(people) * (side + _GAP), round(font.getlength(title)) + _GAP)
    down = (len(methods) + len(masked)) * (side + _GAP) + (len(methods) - 1) * _ABOVE_METHOD
    sheet = Image.new("RGB", (margin + across - _GAP, _TITLE + down - _GAP), _PAPER)
    ink = ImageDraw.Draw(sheet)
    ink.text((margin, _TITLE // 2), title, _INK, font, anchor="lm")

    def row(top: int, tiles: Sequence[Image.Image]) -> int:
        for column, tile in enumerate(tiles):
            sheet.paste(tile, (margin + column * (side + _GAP), top))
        return top + side + _GAP

    top = _TITLE
    for method in methods:
        portraits = [person[method] for person in people]
        ink.text((margin - 12, top + side // 2), method, _INK, font, anchor="rm")
        top = row(top, [_picture(portrait, side) for portrait in portraits])
        if method in masked:
            where = (margin - 12, top + side // 2)
            ink.text(where, _REGION, _PALE_INK, small_font, anchor="rm")
            top = row(top, [_region(portrait, side) for portrait in portraits])
        top += _ABOVE_METHOD
    return sheet


def write_sheet(folder: Path, out: Path, columns: int = 8) -> None:
    """Draw the sheet of a prepared set to a file.

    Args:
        folder: the version folder.
        out: the file, JPEG where it ends in .jpg, else PNG.
        columns: people, at most.

    Raises:
        PreparationError: too many columns, or none.
        OSError: the file cannot be written.
    """
    split = split_to_show(folder)
    people: Mapping[str, Person] = read_people(folder, columns, split)
    card = read_card(folder)
    kind = "synthetic people" if card.synthetic else "people"
    shown = next(iter(people.values()))
    missing = [method for method in card.methods if method not in shown]
    without = f" (none by {', '.join(missing)})" if missing else ""
    sheet = draw_sheet(list(people.values()), f"{card.name}: {kind} of the {split} split{without}")
    form = "JPEG" if out.suffix.lower() in (".jpg", ".jpeg") else "PNG"
    with replacing(out) as partial:
        sheet.save(partial, format=form, optimize=True, quality=88)


def _picture(portrait: Portrait | None, side: int) -> Image.Image:
    """Return the picture; paper with a pale dash where there is none."""
    if portrait is None:
        tile = Image.new("RGB", (side, side), _PAPER)
        ImageDraw.Draw(tile).line((side // 3, side // 2, side - side // 3, side // 2), _PALE_INK)
        return tile
    return Image.fromarray(portrait.image).resize((side, side), Image.Resampling.LANCZOS)


def _region(portrait: Portrait | None, side: int) -> Image.Image:
    """Return what was forged; plain paper where no mask is known."""
    if portrait is None or portrait.mask is None:
        return Image.new("RGB", (side, side), _PAPER)
    mask = Image.fromarray(portrait.mask).resize((side, side), Image.Resampling.BICUBIC)
    return Image.fromarray(_touched(np.asarray(_picture(portrait, side)), np.asarray(mask)))


def _touched(picture: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Return what was forged in colour and outlined, what was not in pale grey; uint8 [H, W, 3]."""
    forged = mask[..., None] / np.float32(255)
    grey = picture.mean(axis=2, keepdims=True, dtype=np.float32)
    shown = forged * picture + (1 - forged) * (0.55 * grey + 0.45 * 255)
    softened = cv2.GaussianBlur(mask / np.float32(255), (0, 0), 1.0)
    line = np.clip(1 - 2.6 * np.abs(softened - 0.5), 0, 1)[..., None]
    return (shown + line * (_OUTLINE - shown)).round().astype(np.uint8)


@dataclass(frozen=True)
class Config:
    """What to show, and where to write it.

    Attributes:
        dataset: the prepared set: its version folder, or one above it.
        out: the file, JPEG where it ends in .jpg, else PNG.
        columns: number of people.
    """

    OLDER = MappingProxyType({"set": "dataset"})

    dataset: Path
    out: Path
    columns: int = 8


def main(config: Config) -> int:
    """Draw the sheet and return the exit status."""
    try:
        write_sheet(_only_set(config.dataset.expanduser()), config.out, config.columns)
    except (ValueError, OSError) as error:
        say_error(error)
        return 2
    print(f"contact sheet: {config.out}")
    return 0


def _only_set(path: Path) -> Path:
    sets = version_folders(path)
    if len(sets) != 1:
        raise PreparationError(
            f"{path} holds {len(sets)} prepared sets: give the version folder of one"
        )
    return sets[0]


if __name__ == "__main__":
    sys.exit(start("contact_sheet"))
