"""The prepared sets that a run was trained on, found again by their content.

A run folder remembers where they lay, from the root of the disk and from the run folder: so they
are found where either was moved, or both together. Elsewhere they are looked for among the prepared
sets. Nothing but an equal fingerprint is taken for them.
"""

import hashlib
import itertools
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct, to_builtins

from data_prep.prepared.card import CARD_FILE, read_card
from data_prep.prepared.find import version_folders
from jaxticket.data import PreparedSet
from jaxticket.recipe import Recipe
from jaxticket.runs.files import read_typed, write_json

PLACES_FILE = "data_sets.json"


class Place(Struct, frozen=True):
    """Where a prepared set of a run lies: its path, and that from the run folder."""

    fingerprint: str
    path: str
    from_here: str


def joined_fingerprint(fingerprints: Sequence[str]) -> str:
    """Return the fingerprint of several sets as one; a single set's own."""
    if len(fingerprints) == 1:
        return fingerprints[0]
    return hashlib.sha256(" ".join(fingerprints).encode()).hexdigest()


def remember_sets(run: Path, sets: Sequence[PreparedSet]) -> None:
    """Write into a run folder where its prepared sets lie."""
    paths = [prepared.path.resolve() for prepared in sets]
    places = [
        Place(prepared.fingerprint, str(path), os.path.relpath(path, run.resolve()))
        for prepared, path in zip(sets, paths, strict=True)
    ]
    write_json(run / PLACES_FILE, to_builtins(places))


def find_sets(run: Path, recipe: Recipe, data_dir: Path) -> list[Path] | None:
    """Return the version folders of the sets that a run was trained on; None where one is lost.

    Args:
        run: the run folder.
        recipe: names the data set, several with + between, and its fingerprint.
        data_dir: where prepared sets lie.
    """
    for sets in itertools.chain(_remembered(run), _prepared(recipe.data_name, data_dir)):
        fingerprints = [_fingerprint(folder) for folder in sets]
        if joined_fingerprint(fingerprints) == recipe.data_fingerprint:
            return list(sets)
    return None


def _remembered(run: Path) -> Iterator[tuple[Path, ...]]:
    """Yield where the sets of a run may lie, by what its folder says."""
    if not (run / PLACES_FILE).is_file():
        return
    again = "remove it, and the sets are looked for in the data folder"
    places = read_typed(run / PLACES_FILE, list[Place], again)
    either = [(Path(place.path), run / place.from_here) for place in places]
    yield from itertools.product(*either)


def _prepared(name: str, data_dir: Path) -> Iterator[tuple[Path, ...]]:
    """Yield the prepared sets of a name, and those of the names in it that + parts."""
    folders = version_folders(data_dir)
    called = {
        folder: read_card(folder).name for folder in folders if (folder / CARD_FILE).is_file()
    }
    for names in dict.fromkeys([(name,), tuple(name.split("+"))]):
        yield from itertools.product(
            *([folder for folder in called if called[folder] == part] for part in names)
        )


def _fingerprint(folder: Path) -> str:
    """Return the fingerprint on a set's card, "" where there is none."""
    return read_card(folder).fingerprint if (folder / CARD_FILE).is_file() else ""
