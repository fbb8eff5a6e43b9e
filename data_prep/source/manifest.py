"""A manifest: pictures listed with label, group and split, in a file or one per split or class."""

from __future__ import annotations

import hashlib
import itertools
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from data_prep.checks.excerpts import first_lines
from data_prep.schema import LABELS
from data_prep.source.entries import Arrangement, Entry, number_frames
from data_prep.source.folder_names import SPLIT_FOLDERS
from data_prep.source.label_evidence import (
    Labelled,
    contradictions,
    folder_label,
    name_label,
)
from data_prep.source.label_numbers import ReadLabels, read_labels
from data_prep.source.layout import listed, text_of
from data_prep.source.list_files import (
    Line,
    ManifestError,
    NoLabelsError,
    lists_beside,
    read_lines,
    unread_lists,
)
from data_prep.source.list_paths import check_links, find_root, spelled
from data_prep.source.listing import ListedFile
from data_prep.source.method_names import method_name
from data_prep.source.missing_splits import fill_missing_splits


class Row(NamedTuple):
    """One row: `line` as an editor counts; empty strings where a column is absent."""

    file: Path
    line: int
    path: str
    label: int
    group: str
    split: str
    video: str
    frame: int
    method: str
    compression: str

    @property
    def where(self) -> str:
        """Return list and line, for a message."""
        return f"{self.file}, line {self.line}"


@dataclass(frozen=True)
class Manifest:
    """The rows of one set.

    Attributes:
        files: the lists.
        rows: of all of them.
        one_is_real: whether the numbers of the labels are 1 for real, as a column of words says.
        notes: how labels were read, and which columns were not.
    """

    files: tuple[Path, ...]
    rows: tuple[Row, ...]
    one_is_real: bool
    notes: tuple[str, ...]


def read_manifest(path: Path) -> Manifest:
    """Read a list, and those that make a set with it (`data_prep.source.list_files`).

    Paths are relative to the list's folder, or to the one folder that it holds, and never followed
    out of it. Labels are `real` or `fake` (and their synonyms), or 0 and 1, where 1 is fake unless
    a column such as `label_str` says otherwise.

    Raises:
        ManifestError: a column is missing, a label, split or frame unknown, a path leads out of the
            folder or is listed twice, only some rows have a split, or something says the other
            label of a picture: its folder, its name, its method or a word beside the number.
        PreparationError: a list is not UTF-8, or not a CSV.
    """
    lists, unlabelled = _read_lists(path)
    lines = list(itertools.chain.from_iterable(lines for lines, _ in lists.values()))
    if not lines:
        raise ManifestError(f"{path} lists no pictures")
    labels = read_labels(lines)
    paths = find_root(path.parent, [spelled(line, path.parent) for line in lines])
    check_links(path.parent, lines, paths)
    rows = tuple(map(_row, lines, paths, labels.labels, labels.methods))
    _check_once(rows)
    _check_splits(rows)
    _check_labels(rows, labels)
    unused = sorted({column for _, columns in lists.values() for column in columns})
    notes = _label_notes(rows, labels)
    if unlabelled:
        notes.append(f"lists without labels were not read: {', '.join(unlabelled)}")
    if others := unread_lists(path):
        notes.append(
            f"lists whose names say neither a class nor a split were not read: {listed(others)}"
        )
    if unused:
        notes.append(f"columns that are not used: {', '.join(unused)}")
    return Manifest(tuple(lists), rows, labels.fake_number == 0, tuple(notes))


def _read_lists(path: Path) -> tuple[dict[Path, tuple[list[Line], list[str]]], list[str]]:
    """Read a list and those beside it; return also the names of those that have no labels."""
    lists, unlabelled = {}, []
    for file in lists_beside(path):
        try:
            lists[file] = read_lines(file)
        except NoLabelsError:
            if file == path:
                raise
            unlabelled.append(file.name)
    return lists, unlabelled


def arrange_rows(manifest: Manifest) -> Arrangement:
    """Return the entries of a manifest's rows.

    A row's group is that of its column `group` or `identity`, else its video, else the picture
    alone. Splits that no row has are made from train (from all rows where no row has a split) by
    group.
    """
    rows = manifest.rows
    given = {row.split for row in rows}
    entries, notes, made = fill_missing_splits([_entry(row) for row in rows], given)
    warnings = []
    alone = sum(entry.group == entry.key for entry in entries)
    if made and alone:
        warnings.append(
            f"{alone} rows have no group and are groups of their own: frames of one video may have "
            "come into different splits"
        )
    notes = (*notes, *manifest.notes)
    return Arrangement(number_frames(entries), notes, tuple(warnings), made_splits=made)


def _entry(row: Row) -> Entry:
    key = text_of(row.path)
    return Entry(
        path=row.path,
        key=key,
        label=row.label,
        split=row.split or "train",
        group=row.group or row.video or key,
        video=f"{row.method or LABELS[row.label]}/{row.video}" if row.video else key,
        frame=row.frame,
        method=row.method,
        compression=row.compression,
    )


def stat_files(manifest: Manifest) -> tuple[ListedFile, ...]:
    """Return name, size and mtime of all files (0 if missing), and the lists' hashes."""
    folder = manifest.files[0].parent
    hashes = [hashlib.sha256(file.read_bytes()).hexdigest() for file in manifest.files]
    if manifest.one_is_real:
        # A set that was prepared with 1 as fake must not be found again.
        hashes.append("1 is real")
    files = [ListedFile(name, 0, 0) for name in hashes]
    for row in manifest.rows:
        try:
            stat = os.stat(f"{folder}/{row.path}")  # noqa: PTH116 (called for every row)
            files.append(ListedFile(row.path, stat.st_size, stat.st_mtime_ns))
        except OSError:
            files.append(ListedFile(row.path, 0, 0))
    return tuple(files)


def _row(line: Line, path: str, label: int, method: str) -> Row:
    cells = line.cells
    split = SPLIT_FOLDERS.get(cells["split"].lower(), "")
    if cells["split"] and not split:
        raise ManifestError(
            f"{line.where}: the split {cells['split']!r} is unknown; use train, validation or test"
        )
    frame = cells.get("frame", "")
    if frame and not frame.isdecimal():
        raise ManifestError(f"{line.where}: the frame {frame!r} is no number from 0")
    return Row(
        file=line.file,
        line=line.number,
        path=path,
        label=label,
        group=cells.get("group", "") or cells.get("identity", ""),
        split=split,
        video=cells.get("video", ""),
        frame=int(frame or 0),
        method=(method_name(method) or method) if label else "",
        compression=cells.get("compression", ""),
    )


def _label_notes(rows: Sequence[Row], labels: ReadLabels) -> list[str]:
    """Return how numbers were read as labels, where nothing else says it."""
    if labels.fake_number == 0:
        return ["in this list 1 is real and 0 is fake: the words beside the numbers say so"]
    if not labels.numbers_only or any(map(method_name, labels.methods)):
        return []
    by_folder = {says[0] for row in rows if (says := folder_label(row.path.rpartition("/")[0]))}
    by_name = {says for row in rows if (says := name_label(row.path)) is not None}
    if max(len(by_folder), len(by_name)) < len(LABELS):
        return [
            "labels are numbers, and nothing beside them says which is which: 0 was read as real, "
            "1 as fake"
        ]
    return []


def _check_once(rows: Sequence[Row]) -> None:
    seen: dict[str, Row] = {}
    for row in rows:
        first = seen.setdefault(row.path, row)
        if first is not row:
            there = f"line {first.line}" if first.file == row.file else first.where
            raise ManifestError(f"{row.where}: {row.path} stands in {there} already")


def _check_splits(rows: Sequence[Row]) -> None:
    without = next((row for row in rows if not row.split), None)
    if without is not None and any(row.split for row in rows):
        raise ManifestError(
            f"{without.where}: no split, though other rows have one; give every row a split, "
            "or none"
        )


def _check_labels(rows: Sequence[Row], labels: ReadLabels) -> None:
    """Check that neither folders, names nor methods say the other label of a picture."""
    lines = contradictions(
        [
            Labelled(row.where, row.path, row.label, source, method)
            for row, source, method in zip(rows, labels.sources, labels.methods, strict=True)
        ]
    )
    if lines:
        raise ManifestError(
            f"{len(lines)} of {len(rows)} labels are contradicted; if 1 is real in this list, "
            "write the words real and fake in place of the numbers; else mend the rows, or move "
            f"the pictures:\n{first_lines(lines)}"
        )
