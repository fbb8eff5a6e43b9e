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
from jaxticket.runs.attention import picture_of, read_looks, saliency_folder
from jaxticket.runs.composition import Part, composition, composition_text

MOST_BYTES = 1_500_000
"""Bytes of the pictures in the galleries of a run, before base64 makes them a third larger."""


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
            looks = read_looks(saliency_folder(part.run.path))
        except Damaged as error:
            blocks.append(Text(f"The maps of {part.name} cannot be shown. {error}"))
            continue
        galleries = [
            (at, look.folder, look.gallery)
            for at, look in enumerate(looks, 1)
            if look.gallery and look.gallery.pictures
        ]
        for at, folder, gallery in galleries:
            cards, left_out = cards_of(folder, gallery, MOST_BYTES // len(galleries))
            names = [part.name] * (len(parts) > 1) + [f"look {at}"] * (len(looks) > 1)
            if names:
                blocks.append(Text(", ".join(names)))
            blocks += [
                Text(_intro(gallery, _by_moved(gallery)[: len(cards)], left_out)),
                Gallery(f"gallery{number}" + (f"_{at}" if len(looks) > 1 else ""), cards),
            ]
    return Section("gallery", "Where the networks look", blocks) if blocks else None


def cards_of(
    folder: Path, gallery: attention.Gallery, room: int = MOST_BYTES
) -> tuple[list[Card], int]:
    """Return the cards for which there is room in bytes, by `moved`, and how many are left out."""
    sparsities = {level.level: level.sparsity for level in gallery.levels}
    pictures = _by_moved(gallery)
    cards = []
    for picture in pictures:
        card, size = _card(folder, picture, sparsities)
        if size > room:
            break
        cards.append(card)
        room -= size
    return cards, len(pictures) - len(cards)


def _by_moved(gallery: attention.Gallery) -> list[attention.Picture]:
    return sorted(gallery.pictures, key=lambda picture: -_last(picture).moved)


def _last(picture: attention.Picture) -> attention.Map:
    return max(picture.maps, key=attrgetter("level"))


def _intro(gallery: attention.Gallery, pictures: Sequence[attention.Picture], left_out: int) -> str:
    method = METHODS.get(str(gallery.method), gallery.method)
    layer = "" if gallery.method == "integrated_gradients" else f" of layer {gallery.layer}"
    regions = any(entry.inside is not None for p in gallery.pictures for entry in p.maps)
    inside = "Inside: the share of it that lies in the forged region. " if regions else ""
    logit = "above 0 says fake" if gallery.one_logit is not False else "of the answer explained"
    place = f" of {gallery.data_name}, {gallery.split} split" if gallery.data_name else ""
    text = (
        f"{method}{layer} for the answer {gallery.direction}, of n = {len(pictures)} pictures"
        f"{place}: {composition_text(_composition(gallery, pictures))}. Half of them are those "
        "whose map moved most, half are drawn evenly over classes and methods. Of each picture "
        "the dense network's map, then the ticket's at each level. Moved: how far "
        "the map is from the dense one's, 0 for the same, 1 for no overlap or where one of the two "
        f"is empty. {inside}Logit: {logit}."
    )
    if left_out:
        text += f" {left_out} more, where attention moved less, had no room here."
    return text


def _composition(gallery: attention.Gallery, pictures: Sequence[attention.Picture]) -> list[Part]:
    """Return what the shown pictures are made of, and the answers of the first and last level."""
    right = {}
    if gallery.one_logit and pictures:
        levels = sorted({entry.level: entry for p in pictures for entry in p.maps})
        sparsities = {level.level: level.sparsity for level in gallery.levels}
        for level in dict.fromkeys((levels[0], levels[-1])):
            name = "dense" if level == 0 else f"ticket, {sparsities.get(level, 0.0):.1%}"
            logits = [next((m.logit for m in p.maps if m.level == level), 0.0) for p in pictures]
            right[name] = [(z > 0) == (p.label > 0) for z, p in zip(logits, pictures, strict=True)]
    return composition(
        [picture.label for picture in pictures], [picture.method for picture in pictures],
        [picture.compression for picture in pictures], [picture.group for picture in pictures],
        right,
    )  # fmt: skip


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
