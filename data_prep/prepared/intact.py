"""Whether the files of a prepared set are those that its card was written with."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from data_prep.checks.complete import PreparationError
from data_prep.prepared.card import CARD_FILE, read_card
from data_prep.prepared.files import replacing
from data_prep.prepared.write_once import record_files
from data_prep.schema import FEATURES_FILE, INFO_FILE


def digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file of records, and of those that describe them, by name.

    Args:
        folder: the version folder, with its records.
    """
    names = [INFO_FILE, FEATURES_FILE, *(file.name for file in folder.glob("*.labels.txt"))]
    names += [file.name for file, _ in record_files(folder)]
    return {name: _digest(folder / name) for name in sorted(names)}


def check_files(folder: Path, remembered: Path | None = None) -> bool:
    """Hold the files of a prepared set to its card.

    Args:
        folder: its version folder.
        remembered: a folder of the user's own, which is made: files that were held to this card
            once are not read again, by their sizes and times; None to read them always.

    Returns:
        Whether the card says what they were: those of earlier versions do not, and a set may have
        none.

    Raises:
        PreparationError: one is missing, or is another than then.
        OSError: one cannot be read.
    """
    if not (folder / CARD_FILE).is_file():
        return False
    said = read_card(folder).files
    if not said:
        return False
    state = _state(folder, said)
    name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:32]
    note = None if remembered is None else remembered / f"{name}.json"
    if note is None or _read(note) != state:
        for file, digest in said.items():
            if _digest(folder / file) != digest:
                raise PreparationError(
                    f"{folder / file} is another file than when the set was prepared (by the "
                    f"SHA-256 in its {CARD_FILE}): {_AGAIN}"
                )
        if note is not None:
            _write(note, state)
    return True


_AGAIN = "put back a copy of it, or remove the prepared set and prepare it anew"


def _state(folder: Path, names: Mapping[str, str]) -> dict[str, Any]:
    """Return sizes and times of the files of a set, and its card's SHA-256."""
    found: dict[str, Any] = {"card": _digest(folder / CARD_FILE)}
    for name in names:
        if not (folder / name).is_file():
            raise PreparationError(f"{folder / name} is missing: {_AGAIN}")
        stat = (folder / name).stat()
        found[name] = [stat.st_size, stat.st_mtime_ns]
    return found


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read(note: Path) -> Any:
    try:
        return json.loads(note.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None


def _write(note: Path, state: Mapping[str, Any]) -> None:
    with suppress(OSError):  # then they are read again
        note.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with replacing(note) as partial:
            partial.write_text(json.dumps(state))
