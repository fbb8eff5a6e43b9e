"""A manifest: pictures listed in a CSV with label, group and split."""

from __future__ import annotations

import csv
import functools
import hashlib
import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from data_prep.schema import LABELS
from data_prep.source.arrange import (
    Arrangement,
    Entry,
    fill_missing_splits,
    made_splits,
    number_frames,
    text_of,
)
from data_prep.source.folder_names import LABEL_FOLDERS, SPLIT_FOLDERS
from data_prep.source.listing import ListedFile

MANIFEST_FILE = "manifest.csv"
REQUIRED_COLUMNS = ("path", "label")
OPTIONAL_COLUMNS = ("group", "split", "video")
COLUMNS = REQUIRED_COLUMNS + OPTIONAL_COLUMNS

_LABELS = {**LABEL_FOLDERS, "0": 0, "1": 1}


class ManifestError(ValueError):
    """The manifest is wrong; the text names the row."""


class Row(NamedTuple):
    """One row: `line` as an editor counts; empty strings where a column is absent."""

    line: int
    path: str
    label: int
    group: str
    split: str
    video: str


def read_rows(manifest: Path) -> tuple[Row, ...]:
    """Read a manifest with the columns path, label and, if wanted, group, split and video.

    Paths are relative to the manifest's folder and never followed out of it. Labels are `real` or
    `fake` (and their synonyms), or 0 and 1, where 1 is fake.

    Raises:
        ManifestError: a column is missing, a label or split unknown, a path absolute, leading out
            of the folder or listed twice, or only some rows have a split.
    """
    rows: list[Row] = []
    seen: dict[str, int] = {}
    for line, values in _lines(manifest):
        row = _row(f"{manifest}, line {line}", line, values)
        if row.path in seen:
            raise ManifestError(
                f"{manifest}, line {row.line}: {row.path} stands in line {seen[row.path]} already"
            )
        seen[row.path] = row.line
        rows.append(row)
    if not rows:
        raise ManifestError(f"{manifest} lists no pictures")
    without = next((row for row in rows if not row.split), None)
    if without is not None and any(row.split for row in rows):
        raise ManifestError(
            f"{manifest}, line {without.line}: no split, though other rows have one; "
            "give every row a split, or none"
        )
    _check_links(manifest, rows)
    return tuple(rows)


def arrange_rows(rows: Sequence[Row]) -> Arrangement:
    """Return the entries of a manifest's rows.

    Without a group a row's picture is its own group, and without a video its own video. Splits
    that no row has are made from train (from all rows where no row has a split) by group.
    """
    entries, notes = fill_missing_splits([_entry(row) for row in rows])
    warnings = []
    alone = sum(not row.group for row in rows)
    if notes and alone:
        warnings.append(
            f"{alone} rows have no group and are groups of their own: frames of one video may have "
            "come into different splits"
        )
    made = made_splits({row.split for row in rows})
    return Arrangement(number_frames(entries), notes, tuple(warnings), made_splits=made)


def _entry(row: Row) -> Entry:
    key = text_of(row.path)
    return Entry(
        path=row.path,
        key=key,
        label=row.label,
        split=row.split or "train",
        group=row.group or key,
        video=f"{LABELS[row.label]}/{row.video}" if row.video else key,
    )


def stat_rows(manifest: Path, rows: Sequence[Row]) -> tuple[ListedFile, ...]:
    """Return name, size and mtime of all files (0 if missing), and the manifest's hash."""
    folder = manifest.parent
    files = [ListedFile(hashlib.sha256(manifest.read_bytes()).hexdigest(), 0, 0)]
    for row in rows:
        try:
            stat = os.stat(f"{folder}/{row.path}")  # noqa: PTH116 (called for every row)
            files.append(ListedFile(row.path, stat.st_size, stat.st_mtime_ns))
        except OSError:
            files.append(ListedFile(row.path, 0, 0))
    return tuple(files)


def _lines(manifest: Path) -> list[tuple[int, dict[str | Any, str | Any]]]:
    """Return the lines below the first, as columns and cells; columns in lower case."""
    try:
        text = manifest.read_text(encoding="utf-8-sig")
        reader = csv.DictReader(io.StringIO(text, newline=""), skipinitialspace=True)
        columns = [name.strip().lower() for name in reader.fieldnames or ()]
        reader.fieldnames = columns
        lines = [(reader.line_num, values) for values in reader]
    except UnicodeDecodeError as error:
        raise ManifestError(f"{manifest} is not UTF-8 text: save it as UTF-8 ({error})") from None
    except csv.Error as error:
        raise ManifestError(f"{manifest} is not a readable CSV: {error}") from None
    missing = [name for name in REQUIRED_COLUMNS if name not in columns]
    if missing:
        raise ManifestError(
            f"{manifest} lacks the column {' and '.join(missing)}; its first line must name "
            f"path,label and, if wanted, group,split; it has: {', '.join(columns) or 'nothing'}"
        )
    return lines


def _row(where: str, line: int, values: dict[str | Any, str | Any]) -> Row:
    if None in values:
        raise ManifestError(f"{where}: more fields than columns; quote fields that hold a comma")
    cells = {name: (values.get(name) or "").strip() for name in COLUMNS}
    label = _LABELS.get(cells["label"].lower())
    if label is None:
        raise ManifestError(
            f"{where}: the label {cells['label']!r} is unknown; use real or fake, or 0 and 1 "
            "(1 is fake)"
        )
    split = SPLIT_FOLDERS.get(cells["split"].lower(), "")
    if cells["split"] and not split:
        raise ManifestError(
            f"{where}: the split {cells['split']!r} is unknown; use train, validation or test"
        )
    return Row(line, _spelled(where, cells["path"]), label, cells["group"], split, cells["video"])


def _spelled(where: str, path: str) -> str:
    """Return `path` in one spelling, relative and without steps upwards."""
    path = path.replace("\\", "/")
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if not parts:
        raise ManifestError(f"{where}: the path is empty")
    if path.startswith("/") or ".." in parts or ":" in parts[0] or "\0" in path:
        raise ManifestError(
            f"{where}: the path {path!r} leaves the manifest's folder; use paths below it"
        )
    return "/".join(parts)


def _check_links(manifest: Path, rows: Sequence[Row]) -> None:
    """Check that no path leaves the manifest's folder by a link."""
    root = os.path.realpath(manifest.parent)

    @functools.cache
    def inside(folder: str) -> bool:
        return Path(os.path.realpath(folder)).is_relative_to(root)

    for row in rows:
        path = f"{root}/{row.path}"
        # Resolving each path would take minutes for long manifests; folders repeat.
        if not inside(path.rpartition("/")[0]) or (os.path.islink(path) and not inside(path)):  # noqa: PTH114
            raise ManifestError(
                f"{manifest}, line {row.line}: the path {row.path!r} is a link out of the "
                "manifest's folder; copy the picture"
            )
