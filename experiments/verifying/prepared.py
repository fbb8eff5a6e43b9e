"""A prepared set: its card, its records and their number."""

from collections.abc import Iterator
from pathlib import Path

from data_prep.prepared.card import CARD_FILE, read_card
from data_prep.prepared.intact import check_files
from data_prep.prepared.write_once import record_files, verify
from experiments.verifying.parts import Part, checked

AGAIN = "put back a copy of it, or remove the prepared set and prepare it anew"


def set_parts(folder: Path) -> Iterator[Part]:
    """Yield the card of a prepared set, and its files."""
    card = checked(folder / CARD_FILE, lambda: f"of {read_card(folder).name}")
    yield card
    known = card.good and bool(read_card(folder).files)
    yield checked(folder, lambda: _files(folder), sealed=known)


def _files(folder: Path) -> str:
    check_files(folder)
    try:
        verify(folder)
        return f"{sum(length for _, length in record_files(folder)):,} records"
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise ValueError(f"{error}: {AGAIN}") from error
