"""What was measured of every picture and network, as columns and as rows of a CSV file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

KNOWN = ("key", "group", "method", "label", "of", "level", "sparsity")
"""The first columns; the quantities follow."""

DIGITS = 7


class Name(NamedTuple):
    """What names a network, or a map that belongs to none.

    Attributes:
        kind: `ticket`, the word for a control or for another seed's network, or that for a floor.
        level: of the run; 0 is the dense network, None is none.
        sparsity: pruned share of the prunable weights.
    """

    kind: str
    level: int | None
    sparsity: float

    def __str__(self) -> str:
        if self.kind == "ticket":
            return "dense" if self.level == 0 else f"ticket, {self.sparsity:.1%}"
        return f"{self.kind}, {self.sparsity:.1%}" if self.sparsity else self.kind


@dataclass(frozen=True)
class Measured:
    """Quantities of N pictures, network by network.

    Attributes:
        keys: [N].
        groups: [N].
        methods: [N].
        labels: [N].
        values: name -> quantity -> float [N], NaN where it is undefined.
    """

    keys: np.ndarray
    groups: np.ndarray
    methods: np.ndarray
    labels: np.ndarray
    values: Mapping[Name, Mapping[str, np.ndarray]]

    def quantities(self) -> list[str]:
        """Return the names of all quantities, in order."""
        return list(dict.fromkeys(name for columns in self.values.values() for name in columns))

    def rows(self) -> list[dict[str, Any]]:
        """Return a row a picture and network, numbers with seven digits, nothing for NaN."""
        known = [
            [str(part) for part in row]
            for row in zip(self.keys, self.groups, self.methods, self.labels, strict=True)
        ]
        rows = []
        for name, columns in self.values.items():
            whose = (name.kind, "" if name.level is None else name.level, name.sparsity)
            for at, about in enumerate(known):
                row = dict(zip(KNOWN, (*about, *whose), strict=True))
                rows.append(
                    row | {quantity: _text(values[at]) for quantity, values in columns.items()}
                )
        return rows


def from_rows(rows: Sequence[Mapping[str, str]]) -> Measured:
    """Return what `Measured.rows` gave, read from CSV.

    Raises:
        ValueError: there are no rows, or the networks are not of the same pictures.
    """
    if not rows:
        raise ValueError("a table of maps has no rows")
    networks: dict[Name, list[Mapping[str, str]]] = {}
    for row in rows:
        level = int(row["level"]) if row["level"] else None
        networks.setdefault(Name(row["of"], level, float(row["sparsity"])), []).append(row)
    first = next(iter(networks.values()))
    keys = _column(first, "key")
    if any(_column(part, "key").tolist() != keys.tolist() for part in networks.values()):
        raise ValueError("the networks in a table of maps are of different pictures")
    quantities = [name for name in rows[0] if name not in KNOWN]
    values = {}
    for name, part in networks.items():
        columns = {
            quantity: np.array([_number(row[quantity]) for row in part]) for quantity in quantities
        }
        values[name] = {
            quantity: column for quantity, column in columns.items() if np.isfinite(column).any()
        }
    return Measured(
        keys, _column(first, "group"), _column(first, "method"),
        _column(first, "label").astype(int), values,
    )  # fmt: skip


def columns_of(quantities: Iterable[str]) -> tuple[str, ...]:
    """Return the columns of a table of these quantities."""
    return (*KNOWN, *quantities)


def _column(rows: Sequence[Mapping[str, str]], name: str) -> np.ndarray:
    return np.array([row[name] for row in rows], np.str_)


def _text(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.{DIGITS}g}"


def _number(text: str | None) -> float:
    return float(text) if text else float("nan")
