"""What was kept of where a run's networks look: a gallery of pictures, and figures.

saliency/gallery.json     pictures, forged regions and maps by level, as paths below saliency/
saliency/figures.json     {"rows": [level, sparsity, quantity, of, value, low, high, n]}
"""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from jaxticket.runs import files
from jaxticket.runs.damage import Damaged

AGAIN = "remove it and make the maps of this run again"
ENDINGS = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}


@dataclass(frozen=True)
class Saliency:
    """What lies in a run's folder of maps.

    Attributes:
        folder: of the maps.
        gallery: gallery.json, its paths checked; empty without one.
        rows: of figures.json.
    """

    folder: Path
    gallery: dict[str, Any]
    rows: list[dict[str, Any]]


def read_saliency(run: Path) -> Saliency | None:
    """Read what a run folder keeps of maps; None without any.

    Raises:
        Damaged: a file is not of the form above, or names a picture outside its folder.
    """
    folder = run / "saliency"
    gallery, figures = folder / "gallery.json", folder / "figures.json"
    if not gallery.is_file() and not figures.is_file():
        return None
    return Saliency(
        folder,
        _gallery(gallery) if gallery.is_file() else {},
        _rows(figures) if figures.is_file() else [],
    )


def picture_of(folder: Path, name: object) -> tuple[str, bytes]:
    """Return the media type and content of a picture below a folder.

    Raises:
        ValueError: the path leads out of the folder, is no picture's, or nothing is there.
    """
    if not isinstance(name, str) or not name or "\\" in name or "\0" in name:
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


def _gallery(path: Path) -> dict[str, Any]:
    gallery = files.read_object(path, AGAIN)
    try:
        for picture in gallery["pictures"]:
            names = [picture["picture"], *(one["map"] for one in picture["maps"])]
            if picture.get("region") is not None:
                names.append(picture["region"])
            for name in names:
                picture_of(path.parent, name)
            for key in ("key", "label", "method", "group"):
                _ = picture[key]
            for one in picture["maps"]:
                _ = int(one["level"]), float(one["moved"]), float(one["logit"])
        for level in gallery["levels"]:
            _ = int(level["level"]), float(level["sparsity"])
    except (KeyError, TypeError, ValueError) as error:
        raise Damaged(path, _reason(error), AGAIN) from error
    return gallery


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        rows = files.read_object(path, AGAIN)["rows"]
        for row in rows:
            _ = float(row["sparsity"]), str(row["quantity"]), str(row["of"]), row["value"]
    except (KeyError, TypeError, ValueError) as error:
        raise Damaged(path, _reason(error), AGAIN) from error
    return rows


def _reason(error: Exception) -> str:
    return f"it lacks {error}" if isinstance(error, KeyError) else str(error)
