"""A fast listing of the pictures below a folder, and its fingerprint."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from data_prep.media.pictures import PICTURE_SUFFIXES
from data_prep.schema import FEATURES_FILE, INFO_FILE

_FOLDER_LINK = "link to a folder"


class ListedFile(NamedTuple):
    """A file by its name relative to the listed folder (`/` between parts), size and mtime."""

    name: str
    size: int
    mtime_ns: int


@dataclass(frozen=True)
class Listing:
    """What lies below a folder.

    Attributes:
        root: the folder, resolved.
        pictures: files with a picture's suffix, sorted by name.
        ignored: how many other files there are, by kind.
        empty_folders: folders without a picture below, links to folders among them, sorted.
    """

    root: Path
    pictures: tuple[ListedFile, ...]
    ignored: Counter[str] = field(default_factory=Counter)
    empty_folders: tuple[str, ...] = ()

    def fingerprint(self) -> str:
        """Return sha256 of the resolved path and the pictures' names, sizes and times."""
        return fingerprint(self.root, self.pictures)


def fingerprint(root: Path, files: Iterable[ListedFile]) -> str:
    """Return sha256 over the resolved path `root` and the names, sizes and mtimes of `files`."""
    digest = hashlib.sha256(os.fsencode(root) + b"\0")
    for file in files:
        digest.update(os.fsencode(file.name) + f"\0{file.size}\0{file.mtime_ns}\0".encode())
    return digest.hexdigest()


def list_pictures(folder: Path, suffixes: Set[str] = PICTURE_SUFFIXES) -> Listing:
    """List the pictures below `folder` without opening any.

    Hidden files and folders are passed over, other files are counted by suffix. A link to a file
    inside the folder is a file; links that leave it and links to folders are counted, not followed.
    Prepared sets inside are passed over too.

    Args:
        folder: to be listed.
        suffixes: of what counts as a picture, in small letters.

    Raises:
        FileNotFoundError: there is no such folder.
        NotADirectoryError: it is not a folder.
        PermissionError: it, or a folder below it, cannot be read.
    """
    if not folder.exists():
        raise FileNotFoundError(f"there is no folder {folder}: check the path of the pictures")
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is not a folder: give the folder of the pictures")
    root = folder.resolve()
    pictures: list[ListedFile] = []
    ignored: Counter[str] = Counter()
    folders: set[str] = set()
    prefix = os.path.join(root, "")  # noqa: PTH118 (with the separator at its end)
    for entry in _walk(root, ignored):
        name = entry.path[len(prefix) :].replace(os.sep, "/")
        if entry.is_dir(follow_symlinks=False):
            folders.add(name)
            continue
        kind = _reason_to_ignore(entry, root, suffixes)
        if kind is not None:
            ignored[kind] += 1
            if kind == _FOLDER_LINK:
                folders.add(name)
            continue
        stat = entry.stat()
        pictures.append(ListedFile(name, stat.st_size, stat.st_mtime_ns))
    empty = folders - _folders_above(file.name for file in pictures)
    pictures.sort(key=lambda file: file.name)
    return Listing(root, tuple(pictures), ignored, tuple(sorted(empty)))


def _folders_above(names: Iterable[str]) -> set[str]:
    """Return all folders on the way to files of these names."""
    above: set[str] = set()
    for name in names:
        folder = name.rpartition("/")[0]
        while folder and folder not in above:
            above.add(folder)
            folder = folder.rpartition("/")[0]
    return above


def _walk(root: Path, ignored: Counter[str]) -> Iterator[os.DirEntry[str]]:
    """Yield all entries below `root` that are neither hidden nor part of a prepared set."""
    pending = [str(root)]
    while pending:
        here = pending.pop()
        try:
            with os.scandir(here) as scanned:
                entries = list(scanned)
        except PermissionError as error:
            raise PermissionError(
                f"the folder {here} cannot be read: give yourself the right to read it, "
                "or move it away"
            ) from error
        if {INFO_FILE, FEATURES_FILE} <= {entry.name for entry in entries}:
            ignored["prepared set"] += 1
            continue
        for entry in entries:
            if entry.name.startswith(".") or entry.name in ("Thumbs.db", "desktop.ini"):
                ignored["hidden"] += 1
            elif entry.is_dir(follow_symlinks=False):
                pending.append(entry.path)
                yield entry
            else:
                yield entry


def _reason_to_ignore(entry: os.DirEntry[str], root: Path, suffixes: Set[str]) -> str | None:
    if entry.is_symlink():
        target = Path(entry.path).resolve()
        if target.is_dir():
            return _FOLDER_LINK
        if not target.is_relative_to(root):
            return "link out of the folder"
        if not target.exists():
            return "broken link"
    suffix = os.path.splitext(entry.name)[1].lower()  # noqa: PTH122 (called for every file)
    if suffix not in suffixes:
        return f"{suffix} file" if suffix else "file without a suffix"
    if not entry.is_file():
        return "not a regular file"
    return None
