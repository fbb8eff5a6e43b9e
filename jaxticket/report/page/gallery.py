"""The gallery: each picture with its forged region and the maps of every level."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any, ClassVar

from jaxticket.report.attention import METHODS
from jaxticket.report.page.blocks import Section, Text
from jaxticket.report.page.parts import RunPart
from jaxticket.runs import Damaged, attention
from jaxticket.runs.attention import picture_of, read_saliency

MOST_BYTES = 1_500_000
"""Bytes of the pictures in a gallery, before base64 makes them a third larger."""


@dataclass(frozen=True)
class Image:
    """A picture inside the page.

    Attributes:
        source: a data: URI.
        alt: what it shows, in words.
        caption: below it, line by line.
    """

    source: str
    alt: str
    caption: Sequence[str]


@dataclass(frozen=True)
class Card:
    """A picture of the gallery with its maps, and what it is sorted by.

    Attributes:
        title: what it is.
        key: its key in the data set.
        images: the picture, its region, then its maps from dense on.
        moved: how far attention moved at the deepest level.
        method: how it was made.
        change: of the logit, the deepest level minus dense.
    """

    title: str
    key: str
    images: Sequence[Image]
    moved: float
    method: str
    change: float


@dataclass(frozen=True)
class Gallery:
    """Cards, those where attention moved most first."""

    kind: ClassVar[str] = "gallery"
    id: str
    cards: Sequence[Card]


def gallery_section(parts: Sequence[RunPart]) -> Section | None:
    """Return the section, which also says whose maps are damaged; None where there is nothing."""
    blocks: list[Any] = []
    for number, part in enumerate(parts):
        try:
            saliency = read_saliency(part.run.path)
        except Damaged as error:
            blocks.append(Text(f"The maps of {part.name} cannot be shown. {error}"))
            continue
        if saliency and saliency.gallery and saliency.gallery.pictures:
            cards, left_out = cards_of(saliency.folder, saliency.gallery)
            if len(parts) > 1:
                blocks.append(Text(part.name))
            blocks += [
                Text(_intro(saliency.gallery, len(cards), left_out)),
                Gallery(f"gallery{number}", cards),
            ]
    return Section("gallery", "Where the networks look", blocks) if blocks else None


def cards_of(folder: Path, gallery: attention.Gallery) -> tuple[list[Card], int]:
    """Return the cards for which there is room, by `moved`, and how many are left out."""
    sparsities = {level.level: level.sparsity for level in gallery.levels}
    pictures = sorted(gallery.pictures, key=lambda picture: -_last(picture).moved)
    cards, room = [], MOST_BYTES
    for picture in pictures:
        card, size = _card(folder, picture, sparsities)
        if size > room:
            break
        cards.append(card)
        room -= size
    return cards, len(pictures) - len(cards)


def _last(picture: attention.Picture) -> attention.Map:
    return max(picture.maps, key=attrgetter("level"))


def _intro(gallery: attention.Gallery, count: int, left_out: int) -> str:
    method = METHODS.get(str(gallery.method), gallery.method)
    regions = any(entry.inside is not None for p in gallery.pictures for entry in p.maps)
    inside = "Inside: the share of it that lies in the forged region. " if regions else ""
    text = (
        f"{method} of layer {gallery.layer} for the answer {gallery.direction}, of "
        f"n = {count} pictures: the dense network, then the ticket at each level. Moved: how far "
        "the map is from the dense one's, 0 for the same, 1 for no overlap or where one of the two "
        f"is empty. {inside}Logit: above 0 says fake."
    )
    if left_out:
        text += f" {left_out} more, where attention moved less, had no room here."
    return text


def _card(
    folder: Path, picture: attention.Picture, sparsities: Mapping[int, float]
) -> tuple[Card, int]:
    what = "fake" if picture.label else "real"
    named = picture.label and picture.method.lower() != what
    made = f"{what}, {picture.method}" if named else what
    maps = sorted(picture.maps, key=attrgetter("level"))
    images, size = [], 0

    def add(name: str, alt: str, *caption: str) -> None:
        nonlocal size
        kind, content = picture_of(folder, name)
        size += len(content)
        source = f"data:{kind};base64,{base64.b64encode(content).decode()}"
        images.append(Image(source, alt, caption))

    add(picture.picture, f"Picture {picture.key}: {made}", "picture")
    if picture.region:
        add(picture.region, f"Forged region of {picture.key}, by {picture.method}", "forged region")
    for entry in maps:
        sparsity = sparsities.get(entry.level, 0.0)
        name = "dense" if entry.level == 0 else f"{sparsity:.1%} pruned"
        inside = entry.inside
        within = f", {inside:.0%} inside the region" if inside is not None else ""
        add(
            entry.map,
            f"Map at level {entry.level} ({name}) of {what}, {picture.method}: moved "
            f"{entry.moved:.2f}{within}",
            name, f"moved {entry.moved:.2f}",
            *(["empty map"] if entry.empty else []),
            *([f"inside {inside:.0%}"] if inside is not None else []),
            f"logit {entry.logit:+.2f}",
        )  # fmt: skip
    card = Card(
        title=made[0].upper() + made[1:],
        key=picture.key,
        images=images,
        moved=maps[-1].moved,
        method=picture.method,
        change=maps[-1].logit - maps[0].logit,
    )
    return card, size
