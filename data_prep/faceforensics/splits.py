"""The official split files: pairs of originals, and what they say of every video's name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from data_prep.checks.complete import PreparationError
from data_prep.source.json_objects import JsonError, is_text, read_json, shown
from data_prep.source.listing import ListedFile
from data_prep.videos.listing import find_file

SPLIT_FILES: Mapping[str, tuple[str, ...]] = {
    "train": ("train.json",),
    "validation": ("val.json", "validation.json", "valid.json"),
    "test": ("test.json",),
}
"""Split -> the names of its file, the official one first."""

_FOLDERS = ("splits", ".", "dataset/splits")
"""Where they lie in the source; the last is their place in the code of FaceForensics++."""

_HELP = (
    "the official train.json, val.json and test.json, lists of pairs such as "
    '[["071", "054"], ...], belong in its folder splits or beside the data'
)


class Member(NamedTuple):
    """What the split files say of a video.

    Attributes:
        split: `train`, `validation` or `test`.
        group: the pair as it is written there, `000_003`: both originals, both forgeries.
        target: the original whose frames the video shows.
    """

    split: str
    group: str
    target: str


@dataclass(frozen=True)
class Splits:
    """The videos that stand in a split, by name.

    Attributes:
        originals: `000` and `003`, of each pair.
        forgeries: `000_003` and `003_000`, <target>_<source>, of each pair.
        files: the split files, relative to the source folder or, elsewhere, by their whole path.
        made: whether the splits were made here, in place of the official ones.
    """

    originals: Mapping[str, Member] = field(default_factory=dict)
    forgeries: Mapping[str, Member] = field(default_factory=dict)
    files: tuple[ListedFile, ...] = ()
    made: bool = False


def read_splits(root: Path, given: Path | None = None) -> Splits:
    """Read the three split files.

    Args:
        root: the source folder, resolved; they lie in its folder `splits`, or beside the data.
        given: another folder that holds them.

    Raises:
        PreparationError: one is missing or not a list of pairs of names, or a name stands in two
            pairs; the text names file and pair.
    """
    originals: dict[str, Member] = {}
    forgeries: dict[str, Member] = {}
    files = []
    for split in SPLIT_FILES:
        file = _find(root, split, given)
        files.append(file)
        path = root / file.name
        for position, pair in enumerate(_read_list(path)):
            first, second = _checked(pair, position, path)
            group = f"{first}_{second}"
            named = {first: first, second: second}
            forged = {group: first, f"{second}_{first}": second}
            for members, targets in ((originals, named), (forgeries, forged)):
                for video, target in targets.items():
                    if video in members:
                        other = members[video]
                        others = SPLIT_FILES[other.split][0]
                        raise PreparationError(
                            f"{path}: {video} of pair {position} stands already in the pair "
                            f"{other.group} of {others}: a video belongs to one "
                            "pair"
                        )
                    members[video] = Member(split, group, target)
    return Splits(originals, forgeries, tuple(files))


def has_splits(root: Path) -> bool:
    """Return whether any split file lies in the resolved source folder `root`."""
    return any(_files(root, split, folder) for split in SPLIT_FILES for folder in _FOLDERS)


def _find(root: Path, split: str, given: Path | None) -> ListedFile:
    """Return the split's file; of one in a given folder the name is the whole path."""
    if given is None:
        files = next(filter(None, (_files(root, split, folder) for folder in _FOLDERS)), [])
    else:
        folder = given.expanduser().resolve()
        files = [file._replace(name=str(folder / file.name)) for file in _files(folder, split, ".")]
    if not files:
        raise PreparationError(
            f"{given or root} has no {SPLIT_FILES[split][0]}: {_HELP}, or in a folder given by "
            "--splits; they come with the code of FaceForensics++, in dataset/splits. Or "
            "--make_splits divides the pairs here, which no published figure is comparable with"
        )
    if len(files) > 1:
        raise PreparationError(
            f"{given or root} has both {' and '.join(file.name for file in files)}: leave the one "
            "that is meant"
        )
    return files[0]


def _files(root: Path, split: str, folder: str) -> list[ListedFile]:
    names = (f"{folder}/{name}".removeprefix("./") for name in SPLIT_FILES[split])
    return [file for name in names if (file := find_file(root, name))]


def _read_list(path: Path) -> list[Any]:
    try:
        content = read_json(path)
    except JsonError as error:
        raise PreparationError(f"{error}; {_HELP}") from None
    if not isinstance(content, list):
        raise PreparationError(f"{path} is not a list of pairs: {_HELP}")
    return content


def _checked(pair: Any, position: int, path: Path) -> tuple[str, str]:
    names = pair if isinstance(pair, list) else []
    if len(names) != 2 or not all(name and is_text(name) for name in names):
        raise PreparationError(
            f"{path}: pair {position} is {shown(pair)}, not two names in quotation marks such as "
            '["071", "054"]'
        )
    if names[0] == names[1]:
        raise PreparationError(f"{path}: pair {position} names {names[0]} twice")
    return names[0], names[1]
