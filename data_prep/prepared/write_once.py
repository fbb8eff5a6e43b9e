"""A prepared set on disk: whether it is whole, and writing it whole or not at all."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from data_prep.prepared.files import NOTHING, cannot_write, locked, put_in_place
from data_prep.schema import FEATURES_FILE, INFO_FILE

if TYPE_CHECKING:
    pass

_PARTIAL = ".partial-"


def is_whole(folder: Path) -> bool:
    """Return whether `folder` is a version folder with all record files that it should have."""
    try:
        return (folder / FEATURES_FILE).is_file() and all(
            file.is_file() for file, _ in record_files(folder)
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False


def record_files(folder: Path) -> list[tuple[Path, int]]:
    """Return the record files that `dataset_info.json` names, each with its number of records."""
    info = json.loads((folder / INFO_FILE).read_text(encoding="utf-8"))
    files = []
    for split in info["splits"]:
        lengths = [int(length) for length in split["shardLengths"]]
        stem = f"{info['name']}-{split['name']}.{info['fileFormat']}"
        if Path(stem).name != stem:
            raise ValueError(f"{stem} is no name of a file")
        files += [
            (folder / f"{stem}-{shard:05d}-of-{len(lengths):05d}", length)
            for shard, length in enumerate(lengths)
        ]
    return files


def write_once(target: Path, write: Callable[[Path], Path], pieces: Path | None = None) -> Path:
    """Write a prepared set to `target` unless it is there already.

    The set is written elsewhere in the same data folder, counted again from its files, and then
    moved into place in one step: a set that was interrupted never looks prepared, and what it left
    behind is removed. Two processes that prepare the same set wait for each other.

    Args:
        target: the version folder: data folder / data set / configuration / version.
        write: given an empty folder, writes below it and returns the version folder it made.
        pieces: the folder in which `write` leaves what is done for the next attempt, if it does.

    Returns:
        `target`.

    Raises:
        OSError: the disk is full, or the data folder cannot be written to. Nothing is kept then, or
            what is in `pieces`.
    """
    configuration = target.parent
    set_folder = configuration.parent
    try:
        set_folder.mkdir(parents=True, exist_ok=True)
        with locked(set_folder / f".{configuration.name}.lock"):
            if is_whole(target):
                return target
            _remove_leftovers(target)
            partial = set_folder / f"{_PARTIAL}{configuration.name}-{os.getpid()}"
            try:
                partial.mkdir()
                made = write(partial)
                verify(made)
                configuration.mkdir(exist_ok=True)
                put_in_place(made, target)
            finally:
                shutil.rmtree(partial, ignore_errors=True)
    except OSError as error:
        left = NOTHING if pieces is None or not pieces.is_dir() else _left_in(pieces)
        raise cannot_write(error, set_folder, "the prepared set", left) from error
    return target


def file_name(name: str, otherwise: str) -> str:
    """Return `name` in characters that every file system accepts; `otherwise` if none is left."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", name).strip("_-")[:40] or otherwise


def verify(folder: Path) -> None:
    """Count the records in the files of a version folder against its `dataset_info.json`.

    Raises:
        OSError: a file is missing, unreadable, or holds another number of records.
    """
    from array_record.python.array_record_data_source import ArrayRecordDataSource

    for file, expected in record_files(folder):
        try:
            with ArrayRecordDataSource([str(file)]) as written:
                count = len(written)
        except Exception as error:  # the reader raises plain RuntimeErrors
            raise OSError(f"the written file {file.name} cannot be read again: {error}") from error
        if count != expected:
            raise OSError(f"the written file {file.name} holds {count} records, not {expected}")


def _left_in(pieces: Path) -> str:
    return (
        f"no set was written. What is done is kept in {pieces}, and the same command goes on with "
        "it; remove that folder if it shall not"
    )


def _remove_leftovers(target: Path) -> None:
    """Remove a set that lacks files, and what interrupted preparations of it left."""
    shutil.rmtree(target, ignore_errors=True)
    for leftover in target.parent.parent.glob(f"{_PARTIAL}{target.parent.name}-*"):
        shutil.rmtree(leftover, ignore_errors=True)
