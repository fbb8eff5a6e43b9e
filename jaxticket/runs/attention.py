"""What was kept of where a run's networks look: a gallery of pictures, and figures.

saliency/looks/NAME/      a look: one kind of maps of one sample of pictures
    figures.json          what its figures are of, and "rows": see `Figure`
    figures.csv           the same rows
    gallery.json          see `Gallery`; paths are below the look's folder
    gallery_HASH/         the pictures
    pictures.csv          every quantity of every picture and network (`jaxticket.runs.looks`)
    made_from.json        which maps and pictures they are

Another look at the same pictures adds to it, and one at others gets a folder of its own: so nothing
that was looked at is lost. Earlier versions kept one look, in saliency/ itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from jaxticket.runs import files
from jaxticket.runs.composition import Part
from jaxticket.runs.damage import CHANGED, Damaged
from jaxticket.runs.levels import Level

AGAIN = "remove it and make the maps of this run again"
ENDINGS = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}


class Map(Struct, frozen=True, kw_only=True):
    """The map of a picture at one level.

    Attributes:
        level: its number.
        map: path of the drawing.
        moved: how far it is from the dense network's, in [0, 1].
        empty: whether the map is.
        inside: share of it in the forged region, in [0, 1]; None where it is not known.
        logit: of the picture.
    """

    level: int
    map: str
    moved: float
    empty: bool = False
    inside: float | None = None
    logit: float


class Picture(Struct, frozen=True, kw_only=True):
    """A picture of the gallery; `picture` and `region` are paths of drawings, label 1 is fake."""

    key: str
    label: int
    method: str
    compression: str = ""
    group: str
    picture: str
    region: str | None = None
    maps: Annotated[list[Map], Meta(min_length=1)]

    @property
    def paths(self) -> list[str]:
        """All that it names."""
        region = [] if self.region is None else [self.region]
        return [self.picture, *region, *(level.map for level in self.maps)]


class Gallery(Struct, frozen=True, kw_only=True):
    """Pictures, and what maps these are: of which layer, by which method, for which answer.

    `one_logit` is whether logits say real or fake, not a class; None where that is not known.
    `files` has the SHA-256 of each path; it is empty in galleries of earlier versions.
    """

    one_logit: bool | None = None
    data_name: str = ""
    split: str = ""
    layer: str | None = None
    method: str | None = None
    direction: str | None = None
    levels: list[Level]
    pictures: list[Picture]
    files: Mapping[str, str] = {}


class Figure(Struct, frozen=True, kw_only=True):
    """A value over pictures and seeds, see `jaxticket.attention.figures`, with its 95% interval.

    Attributes:
        level: None of what is no network.
        sparsity: of the prunable weights.
        quantity: what is measured.
        network: its kind: `ticket`, a control.
        by, name: the part of the pictures.
        against: what it is the difference to; empty of a value.
        value, low, high: the ends are None where no interval can be given.
        n: pictures.
        seeds, groups: how many.
        synthetic: whether the pictures are.
        p_above: of a difference, the one-sided p value against "at most 0"; None of a value, and in
            figures of earlier versions.
        p_below: against "at least 0".
    """

    level: int | None = None
    sparsity: float
    quantity: str
    network: str = msgspec.field(name="of")
    by: str = "all"
    name: str = ""
    against: str = ""
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    seeds: int | None = None
    groups: int | None = None
    synthetic: bool = False
    p_above: float | None = None
    p_below: float | None = None


FIGURE_COLUMNS = Figure.__struct_encode_fields__


class Figures(Struct, frozen=True, kw_only=True):
    """What figures.json says: its rows, of which maps and of which pictures they are.

    Attributes:
        rows: the figures.
        top: share of places of the overlap.
        data_fingerprint: of the data.
        pictures_used: how many pictures there are.
        composition: what they are made of; nothing in figures of earlier versions.
        drawn: how they were drawn, in words.
        method: how the maps were made; empty where it is not known.
        layer: whose maps they are.
        direction: the answer that they explain.
        pictures_of: how many pictures of each method there are.
        data_name: of these pictures: not always those that the run was trained on.
        split: of these pictures.
    """

    rows: list[Figure]
    method: str = ""
    layer: str = ""
    direction: str = ""
    top: float = 0.1
    pictures_of: Mapping[str, int] | None = None
    pictures_used: int = 0
    composition: list[Part] = []
    drawn: str = ""
    data_name: str = ""
    data_fingerprint: str = ""
    split: str = ""

    def covers(self, other: "Figures") -> bool:
        """Return whether these say all of the same kind of maps, of no fewer pictures."""
        kind = [(f.method, f.layer, f.direction, f.top, f.data_fingerprint, f.split)
                for f in (self, other)]  # fmt: skip
        known = [{(r.level, r.network, r.quantity, r.by, r.name, r.against) for r in f.rows}
                 for f in (self, other)]  # fmt: skip
        more = self.pictures_used >= other.pictures_used
        return kind[0] == kind[1] and more and known[0] >= known[1]


@dataclass(frozen=True)
class Look:
    """What lies in the folder of a look; no gallery and no rows where there is no such file."""

    folder: Path
    gallery: Gallery | None
    figures: Figures


def read_looks(folder: Path) -> list[Look]:
    """Return the looks kept in a folder, that of a run's maps or of figures over several seeds.

    The one of most pictures comes first. What another look says as well, of no fewer pictures, is
    left out.

    Raises:
        Damaged: a file is not of the form above, or names a picture outside its folder.
    """
    looks = [
        look
        for place in [*sorted((folder / "looks").glob("*")), folder]
        if (look := _look(place)) is not None
    ]
    looks.sort(key=lambda look: (-look.figures.pictures_used, -len(look.figures.rows)))
    shown: list[Look] = []
    for look in looks:
        if not any(
            other.figures.covers(look.figures) and (other.gallery or not look.gallery)
            for other in shown
        ):
            shown.append(look)
    return shown


def read_made_from(folder: Path) -> dict[str, Any]:
    """Return what the maps in a folder were made from; nothing where that cannot be read."""
    try:
        return files.read_typed(folder / "made_from.json", dict[str, Any], AGAIN)
    except (ValueError, FileNotFoundError):
        return {}


def _look(folder: Path) -> Look | None:
    gallery, figures = folder / "gallery.json", folder / "figures.json"
    if not gallery.exists() and not figures.exists():
        return None
    kept = files.read_typed(figures, Figures, AGAIN) if figures.exists() else Figures(rows=[])
    return Look(folder, read_gallery(gallery) if gallery.exists() else None, kept)


def picture_of(folder: Path, name: str) -> tuple[str, bytes]:
    """Return the media type and content of a picture below a folder.

    Raises:
        ValueError: the path leads out of the folder, is no picture's, or nothing is there.
    """
    if not name or "\\" in name or "\0" in name:
        raise ValueError(f"{name!r} is no path of a picture")
    parts = PurePosixPath(name)
    place = folder.joinpath(*parts.parts)
    inside = not parts.is_absolute() and ".." not in parts.parts
    if not inside or not place.resolve().is_relative_to(folder.resolve()):
        raise ValueError(f"{name!r} leads out of {folder}")
    if parts.suffix.lower() not in ENDINGS:
        raise ValueError(f"{name!r} is neither PNG nor JPEG")
    if not place.is_file():
        raise ValueError(f"{name!r} is not there")
    return ENDINGS[parts.suffix.lower()], place.read_bytes()


def saliency_folder(run: Path) -> Path:
    """Return where the maps of a run lie."""
    return run / "saliency"


def read_gallery(path: Path) -> Gallery:
    """Read a gallery whose pictures are all there.

    Raises:
        FileNotFoundError: it is not there.
        Damaged: it is not of the form above, or names what is no picture in its folder.
    """
    gallery = files.read_typed(path, Gallery, AGAIN)
    try:
        for name in (name for picture in gallery.pictures for name in picture.paths):
            _, content = picture_of(path.parent, name)
            if gallery.files and gallery.files.get(name) != files.sha256(content):
                raise ValueError(f"{name!r}: {CHANGED}")
    except ValueError as error:
        raise Damaged(path, error, AGAIN) from error
    return gallery
