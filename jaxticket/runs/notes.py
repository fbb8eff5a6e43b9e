"""What was said of a run's data and weights when it began, in notes.json of its folder.

It is on the screen at the start; here it stays, also of a run that is cut off.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct, to_builtins

from jaxticket.runs import files

FILE = "notes.json"


class DataNotes(Struct, frozen=True, kw_only=True):
    """What the card of a prepared set says.

    Attributes:
        name: of the set.
        source: what it was made from.
        pictures: split -> real or fake -> number of pictures.
        groups: split -> number of groups.
        lines: warnings, what was skipped, what was assumed.
    """

    name: str
    source: str = ""
    pictures: Mapping[str, Mapping[str, int]] = {}
    groups: Mapping[str, int] = {}
    lines: list[str] = []

    def rows(self) -> list[tuple[str, int, int, int]]:
        """Return split, real pictures, fake ones and groups, a row a split."""
        return [
            (split, counts.get("real", 0), counts.get("fake", 0), self.groups.get(split, 0))
            for split, counts in self.pictures.items()
        ]


class Notes(Struct, frozen=True):
    """What is known of the data, a set each, of the weight file begun from, and of the batches."""

    data: list[DataNotes] = []
    weights: list[str] = []
    batches: list[str] = []


def keep_notes(run: Path, notes: Notes) -> None:
    """Write a run's notes in place of those of the command before."""
    files.write_json(run / FILE, to_builtins(notes))


def count_notes(runs: Iterable[Path]) -> dict[str, int]:
    """Return each distinct note of several runs, and how many of them have it.

    Raises:
        Damaged: the notes of one cannot be read.
    """
    counts: Counter[str] = Counter()
    for run in runs:
        notes = read_notes(run)
        lines = [f"{data.name}: {line}" for data in notes.data for line in data.lines]
        counts.update(set(lines) | {f"weight file {line}" for line in notes.weights})
        counts.update(notes.batches)
    return dict(sorted(counts.items()))


def read_notes(run: Path) -> Notes:
    """Return a run's notes; none of an older run, which kept none.

    Raises:
        Damaged: they cannot be read.
    """
    if not (run / FILE).exists():
        return Notes()
    again = "remove it and the same command that made the run writes it again"
    return files.read_typed(run / FILE, Notes, again)
