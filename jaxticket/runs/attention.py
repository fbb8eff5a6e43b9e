"""What was kept of where a run's networks look: a gallery of pictures, and figures.

saliency/gallery.json     see `Gallery`; paths are below saliency/
saliency/gallery/         the pictures
saliency/figures.json     what its figures are of, and "rows": see `Figure`
saliency/figures.csv      the same rows
saliency/pictures.csv     every quantity of every picture and network
saliency/made_from.json   what pictures.csv and the gallery were made from; written last
saliency/lock
"""

import csv
import hashlib
import io
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

import msgspec
import numpy as np
from msgspec import Meta, Struct

from jaxticket.runs import files
from jaxticket.runs.damage import Damaged
from jaxticket.runs.events import Events
from jaxticket.runs.levels import Level
from jaxticket.runs.opening import lock

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
    """Pictures, and what maps these are: of which layer, by which method, for which answer."""

    layer: str | None = None
    method: str | None = None
    direction: str | None = None
    levels: list[Level]
    pictures: list[Picture]


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
    pictures_of: Mapping[str, int] | None = None
    data_name: str = ""
    split: str = ""


@dataclass(frozen=True)
class Saliency:
    """What lies in a run's folder of maps; nothing where there is no such file."""

    folder: Path
    gallery: Gallery | None
    figures: Figures


def read_saliency(run: Path) -> Saliency | None:
    """Read what a run folder keeps of maps; None without any.

    Raises:
        Damaged: a file is not of the form above, or names a picture outside its folder.
    """
    folder = saliency_folder(run)
    gallery, figures = folder / "gallery.json", folder / "figures.json"
    if not gallery.is_file() and not figures.is_file():
        return None
    kept = read_figures(folder) if figures.is_file() else Figures(rows=[])
    return Saliency(folder, _gallery(gallery) if gallery.is_file() else None, kept)


def read_made_from(run: Path) -> dict[str, Any]:
    """Return what the maps in a run folder were made from; nothing where they are not whole."""
    try:
        return files.read_typed(saliency_folder(run) / "made_from.json", dict[str, Any], AGAIN)
    except (ValueError, FileNotFoundError):
        return {}


def read_figures(folder: Path) -> Figures:
    """Return what figures.json says in a folder of maps, of one run or of several seeds.

    Raises:
        FileNotFoundError: it is not there.
        Damaged: it is not of the form above.
    """
    return files.read_typed(folder / "figures.json", Figures, AGAIN)


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


class SaliencyFolder:
    """Where the maps of a run, or the figures of several, are written; locked for one process.

    Use it in a `with`.
    """

    def __init__(self, path: Path):
        """Make the folder, or go on with the one that is there.

        Raises:
            BlockingIOError: another process writes there.
            OSError: it cannot be written.
        """
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self._lock = lock(path / "lock", "wait for it and give the same command again")

    def __enter__(self) -> "SaliencyFolder":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._lock)

    def pictures(self, made_from: Mapping[str, Any]) -> list[dict[str, str]] | None:
        """Return the rows of pictures.csv; None where there are none, or they are other ones.

        None too where the gallery that was made with them is not whole.
        """
        try:
            written = files.read_typed(self.path / "made_from.json", dict[str, Any], "")
            content = (self.path / "pictures.csv").read_bytes()
            if made_from.get("gallery"):
                _gallery(self.path / "gallery.json")
        except (ValueError, FileNotFoundError):
            return None
        whole = {**files.plain(made_from), "sha256": hashlib.sha256(content).hexdigest()}
        if written != whole:
            return None
        # Not str.splitlines: a key may hold what it takes for the end of a line.
        return list(csv.DictReader(io.StringIO(content.decode(), newline="")))

    def start(self) -> None:
        """Forget what was there: it is made anew."""
        for name in ("made_from.json", "gallery.json"):
            (self.path / name).unlink(missing_ok=True)
        for file in (self.path / "gallery").glob("*"):
            file.unlink()

    def write_pictures(
        self, rows: Iterable[Mapping[str, Any]], columns: Iterable[str]
    ) -> list[dict[str, str]]:
        """Write pictures.csv, and return its rows as they are read."""
        path = self.path / "pictures.csv"
        files.write_csv(path, rows, columns)
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def write_picture(self, name: str, pixels: np.ndarray) -> str:
        """Write pixels, uint8 [H, W, 3], for the gallery, and return the path that it names."""
        from PIL import Image

        path = self.path / "gallery" / f"{name}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(pixels).save(path, optimize=True)
        return f"gallery/{path.name}"

    def write_gallery(self, gallery: Mapping[str, Any]) -> None:
        """Write gallery.json, see `Gallery`, when its pictures are there."""
        files.write_json(self.path / "gallery.json", msgspec.to_builtins(gallery))

    def finish(self, made_from: Mapping[str, Any]) -> None:
        """Write down what all was made from."""
        content = (self.path / "pictures.csv").read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        files.write_json(self.path / "made_from.json", {**made_from, "sha256": digest})

    def write_figures(self, header: Mapping[str, Any], rows: list[dict[str, Any]]) -> Path:
        """Write figures.json, and its rows as figures.csv; return the latter's path."""
        files.write_json(self.path / "figures.json", {**header, "rows": rows})
        files.write_csv(self.path / "figures.csv", rows, FIGURE_COLUMNS)
        return self.path / "figures.csv"


def saliency_folder(run: Path) -> Path:
    """Return where the maps of a run lie."""
    return run / "saliency"


def show_in_tensorboard(run: Path, pictures: Iterable[tuple[str, int, np.ndarray]]) -> None:
    """Write pictures into a run's TensorBoard folder, in place of those written before.

    Args:
        run: the run folder.
        pictures: (name, step, uint8 [H, W, 3]); the steps of a name become a slider.
    """
    folder = run / "tensorboard" / "saliency"
    for file in folder.glob("*.tfevents.*"):
        file.unlink()
    events = Events(folder)
    for name, step, pixels in pictures:
        events.add_picture(re.sub(r"[^\w./-]+", "_", name), pixels, step)
    events.close()


def _gallery(path: Path) -> Gallery:
    gallery = files.read_typed(path, Gallery, AGAIN)
    try:
        for name in (name for picture in gallery.pictures for name in picture.paths):
            picture_of(path.parent, name)
    except ValueError as error:
        raise Damaged(path, error, AGAIN) from error
    return gallery
