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
from data_prep.prepared.card_text import concerns
from data_prep.prepared.find import version_folders
from jaxticket.data import PreparedSet
from jaxticket.recipe import Recipe, differences, run_name
from jaxticket.runs import read_recipe
from jaxticket.runs.files import read_typed, write_json
from jaxticket.runs.notes import DataNotes, Notes, keep_notes

PLACES_FILE = "data_sets.json"


class Place(Struct, frozen=True):
    """Where a prepared set of a run lies: its path, and that from the run folder; its source."""

    fingerprint: str
    path: str
    from_here: str
    source: str = ""


def joined_fingerprint(fingerprints: Sequence[str]) -> str:
    """Return the fingerprint of several sets as one; a single set's own."""
    if len(fingerprints) == 1:
        return fingerprints[0]
    return hashlib.sha256(" ".join(fingerprints).encode()).hexdigest()


def remember_sets(
    run: Path,
    sets: Sequence[PreparedSet],
    weights: Sequence[str] = (),
    batches: Sequence[str] = (),
    cards: list[DataNotes] | None = None,
) -> list[str]:
    """Write into a run folder where its prepared sets lie, and what is to be known of them.

    Args:
        run: the run folder.
        sets: of the run.
        weights: notes on the weight file that it begins from.
        batches: and on what is drawn from the sets.
        cards: what `notes_of` says of the sets; None to read it.

    Returns:
        A sentence for each set that lay elsewhere when the run was last at work.
    """
    paths = [prepared.path.resolve() for prepared in sets]
    notes = notes_of(sets) if cards is None else cards
    places = [
        Place(prepared.fingerprint, str(path), os.path.relpath(path, run.resolve()), note.source)
        for prepared, path, note in zip(sets, paths, notes, strict=True)
    ]
    before = _places(run)
    write_json(run / PLACES_FILE, to_builtins(places))
    keep_notes(run, Notes(notes, list(weights), list(batches)))
    return [
        f"the data moved: same content (fingerprint {now.fingerprint[:8]}), in {then.path} before"
        for then, now in zip(before, places, strict=False)
        if then.fingerprint == now.fingerprint and then.path != now.path
    ]


def notes_of(sets: Sequence[PreparedSet]) -> list[DataNotes]:
    """Return what the cards of prepared sets say; of a set without a card its name."""
    notes = []
    for prepared in sets:
        if not (prepared.path / CARD_FILE).is_file():
            notes.append(DataNotes(name=prepared.name))
            continue
        card = read_card(prepared.path)
        notes.append(
            DataNotes(
                name=prepared.name, source=card.source, pictures=card.pictures,
                groups=card.groups, lines=concerns(card),
            )
        )  # fmt: skip
    return notes


def run_folder(experiment: str, recipe: Recipe, below: Path = Path("runs")) -> Path:
    """Return the folder of a run where none is named: by its options, below `runs` or another.

    Where the data were renamed since, and their content is the same, it is the folder that the run
    had under the earlier name.
    """
    path = below / run_name(experiment, recipe)
    others = sorted(path.parent.glob(f"{experiment}_*")) if not path.exists() else []
    for other in others:
        try:
            if not differences(read_recipe(other), recipe):
                return other
        except (OSError, ValueError):  # no run, or none that can be read
            continue
    return path


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


def made_from(run: Path) -> str:
    """Return what the sets of a run were made from, as a part of a message."""
    sources = [place.source for place in _places(run) if place.source]
    return f"; it was made from {', '.join(sources)}" if sources else ""


def paths_of(run: Path) -> list[str]:
    """Return where the sets of a run lay when it was last at work; none of an older run."""
    return [place.path for place in _places(run)]


def _remembered(run: Path) -> Iterator[tuple[Path, ...]]:
    """Yield where the sets of a run may lie, by what its folder says."""
    either = [(Path(place.path), run / place.from_here) for place in _places(run)]
    if either:
        yield from itertools.product(*either)


def _places(run: Path) -> list[Place]:
    if not (run / PLACES_FILE).is_file():
        return []
    again = "remove it, and the sets are looked for in the data folder"
    return read_typed(run / PLACES_FILE, list[Place], again)


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
