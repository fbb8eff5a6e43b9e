"""The files that are to be looked at."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from data_prep.checks.excerpts import first_names, kinds
from data_prep.media.containers import VIDEO_SUFFIXES
from data_prep.media.pictures import PICTURE_SUFFIXES, is_picture
from data_prep.source.layout import text_of
from data_prep.source.listing import list_pictures

_SHOWN = 8


class Input(NamedTuple):
    """A file, and what it is called: its path as it was given, or below the folder that was."""

    path: Path
    name: str


@dataclass(frozen=True)
class Inputs:
    """What is looked at.

    Attributes:
        files: pictures and videos, each once.
        ignored: kind -> how many other files lie in the folders.
    """

    files: tuple[Input, ...]
    ignored: Counter[str] = field(default_factory=Counter)


def find_inputs(paths: Sequence[Path], out: Path) -> Inputs:
    """Return the files that are named, and the pictures and videos in the folders that are.

    Hidden files and links out of a folder are passed over, and what lies in `out`.

    Args:
        paths: files and folders.
        out: where is written, which must hold none of the files.

    Raises:
        ValueError: nothing is named, something is not there or no file, or nothing is found.
    """
    if not paths:
        raise ValueError("name pictures, videos or folders of them")
    _check_there(paths)
    written = out.resolve()
    ignored: Counter[str] = Counter()
    found: dict[Path, Input] = {}
    for path in paths:
        if not path.is_dir():
            if (resolved := path.resolve()).is_relative_to(written):
                raise ValueError(f"{path} lies in --out={out}, which is replaced: name another")
            files = {resolved: Input(path, text_of(str(path)))}
        else:
            listing = list_pictures(path, PICTURE_SUFFIXES | set(VIDEO_SUFFIXES))
            ignored += listing.ignored
            below = (path / file.name for file in listing.pictures)
            files = {file.resolve(): Input(file, text_of(str(file))) for file in below}
            files = {key: file for key, file in files.items() if not key.is_relative_to(written)}
        ignored["named twice"] += len(found.keys() & files.keys())
        found |= {key: file for key, file in files.items() if key not in found}
    if not found:
        raise ValueError(
            f"there is no picture or video in {first_names(list(map(str, paths)), _SHOWN)}, but "
            f"{kinds(ignored)}"
        )
    return Inputs(tuple(found.values()), +ignored)


def is_video(path: Path) -> bool:
    """Return whether a file is read as a video: what has neither name nor content of a picture."""
    return path.suffix.lower() not in PICTURE_SUFFIXES and not is_picture(path)


def _check_there(paths: Iterable[Path]) -> None:
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise ValueError(f"there is no file or folder {', '.join(missing)}")
    other = [str(path) for path in paths if not (path.is_file() or path.is_dir())]
    if other:
        raise ValueError(f"neither a file nor a folder: {', '.join(other)}")
