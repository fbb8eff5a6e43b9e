"""Lists of pictures as files: which belong together, and what stands in their lines.

A CSV has a first line that names its columns. A text list has a path in each line, perhaps a label
behind it; its name says the rest, as `real.txt`, `F2F.txt` or `train.txt` do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from data_prep.checks.complete import PreparationError
from data_prep.schema import FAKE, LABELS
from data_prep.source.folder_names import read_folder_name
from data_prep.source.folders_below import read_listed
from data_prep.source.method_names import method_name
from data_prep.source.text_files import read_csv, read_text

MANIFEST_FILE = "manifest.csv"
LIST_SUFFIXES = (".csv", ".txt")
PATH_COLUMNS = ("path", "filename", "file_name", "filepath", "file_path", "image_path", "image")
TEXT_COLUMNS = ("label_str", "label_name", "label_text", "class", "class_name")
OTHER_COLUMNS = ("group", "identity", "split", "video", "frame", "method", "compression")


class ManifestError(PreparationError):
    """A list is wrong; the text names the line."""


class NoLabelsError(ManifestError):
    """A list has no labels, or no paths."""


class Line(NamedTuple):
    """A line of a list.

    Attributes:
        file: the list.
        number: as an editor counts, from 1.
        cells: column -> text, of the columns that are read; `path` and `label` always.
        text_column: the column that says the label in words, or empty.
    """

    file: Path
    number: int
    cells: Mapping[str, str]
    text_column: str

    @property
    def where(self) -> str:
        """Return list and line, for a message."""
        return f"{self.file}, line {self.number}"


class ListName(NamedTuple):
    """What the name of a list says; empty where it says nothing of it."""

    label: str
    split: str
    method: str


def read_list_name(path: Path) -> ListName:
    """Read `train.csv`, `real.txt`, `F2F.txt` or `train_fake.txt`."""
    says = read_folder_name(path.stem)
    method = method_name(path.stem) if says.label is None else None
    label = LABELS[FAKE] if method else "" if says.label is None else LABELS[says.label]
    return ListName(label, says.split or "", method or "")


def lists_beside(path: Path) -> list[Path]:
    """Return the lists that make a set with `path`, by their names: of the other splits or classes.

    Those of one folder and suffix belong together: train.csv, valid.csv and test.csv, or real.txt,
    DF.txt and NT.txt. A list whose name says nothing stands alone.

    Raises:
        ManifestError: two lists stand for one split, class and method.
    """
    kind = _kind(path)
    if kind == (False, False):
        return [path]
    suffix = path.suffix.lower()
    lists = sorted(
        beside
        for beside in path.parent.iterdir()
        if beside.suffix.lower() == suffix and _kind(beside) == kind and beside.is_file()
    )
    by_name: dict[ListName, Path] = {}
    for beside in lists:
        other = by_name.setdefault(read_list_name(beside), beside)
        if other != beside:
            raise ManifestError(
                f"{other} and {beside} stand for the same pictures: keep one of them, or name it "
                "so that it says nothing of class or split"
            )
    return lists


def unread_lists(path: Path) -> list[str]:
    """Return the names of lists beside that of a split or class whose own names say neither."""
    if _kind(path) == (False, False):
        return []
    files = (file for file in path.parent.iterdir() if file.suffix.lower() == path.suffix.lower())
    return sorted(file.name for file in files if _kind(file) == (False, False))


def split_lists(folder: Path) -> Path | None:
    """Return one of the lists of splits or classes in `folder`, if it has any for train."""
    lists = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in LIST_SUFFIXES]
    named = [path for path in lists if any(read_list_name(path)) and path.is_file()]
    return next(iter(named), None)


def _kind(path: Path) -> tuple[bool, bool]:
    name = read_list_name(path)
    return bool(name.label), bool(name.split)


def read_lines(path: Path) -> tuple[list[Line], list[str]]:
    """Read a list; return also the names of the columns that are not used.

    Raises:
        NoLabelsError: it lacks paths or labels.
        ManifestError: a line has another form.
        PreparationError: it is not UTF-8, or not a CSV.
    """
    if path.suffix.lower() == ".txt":
        return _text_lines(path), []
    return _csv_lines(path)


def _text_lines(path: Path) -> list[Line]:
    lines = []
    name = read_list_name(path)
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        if not line.strip():
            continue
        labelled = None if name.label else re.fullmatch(r"(.+?)[\s,;]+(\w+)", line.strip())
        if not labelled and not name.label:
            raise NoLabelsError(
                f"{path}, line {number}: no label, and the name of the list says none: put real, "
                "fake, 0 or 1 behind the path, or call the lists real.txt and fake.txt"
            )
        picture, label = labelled.groups() if labelled else (line.strip(), name.label)
        below = read_listed(picture.replace("\\", "/"))
        if name.method and below.method not in ("", name.method):
            raise ManifestError(
                f"{path}, line {number}: {picture} lies in a folder of {below.method}, and the "
                f"list is {name.method}'s: rename the one that is wrong"
            )
        cells = {
            "path": picture,
            "label": label,
            "split": name.split,
            "method": name.method or below.method,
            "video": "/".join(below.video),
            "group": below.video[-1] if below.video else "",
            "compression": below.compression,
        }
        lines.append(Line(path, number, cells, ""))
    return lines


def _csv_lines(path: Path) -> tuple[list[Line], list[str]]:
    columns, rows = read_csv(path)
    name = read_list_name(path)
    read, text_column = _columns_read(path, columns, name)
    said = {"label": name.label, "split": name.split, "method": name.method}
    lines = []
    for number, row in rows:
        if None in row:
            raise ManifestError(
                f"{path}, line {number}: more fields than columns; quote fields that hold a comma"
            )
        cells = {cell: (row.get(column) or "").strip() for cell, column in read.items()}
        lines.append(Line(path, number, {**said, **cells}, text_column))
    unused = [column for column in columns if column and column not in read.values()]
    return lines, unused


def _columns_read(path: Path, columns: Sequence[str], name: ListName) -> tuple[dict[str, str], str]:
    """Return cell -> its column, and the column that says the label in words, or empty.

    Raises:
        NoLabelsError: there are no paths or labels.
    """
    path_column = next((column for column in PATH_COLUMNS if column in columns), "")
    text_column = next((column for column in TEXT_COLUMNS if column in columns), "")
    label_column = "label" if "label" in columns else text_column
    missing = [
        column
        for column, there in (("path", path_column), ("label", label_column or name.label))
        if not there
    ]
    if missing:
        raise NoLabelsError(
            f"{path} lacks the column {' and '.join(missing)}; its first line must name "
            f"path,label and, if wanted, group,split; it has: {', '.join(columns) or 'nothing'}"
        )
    if label_column == text_column:
        text_column = ""
    read = {"path": path_column, "label": label_column, "text": text_column}
    read |= {column: column for column in OTHER_COLUMNS if column in columns}
    return {cell: column for cell, column in read.items() if column}, text_column
