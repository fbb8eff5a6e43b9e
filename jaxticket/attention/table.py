"""What was measured of every picture and network, as columns and as rows of a CSV file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

KNOWN = ("key", "group", "method", "label", "of", "level", "sparsity", "made_from")
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
        made_from: name -> what says that a network is the same, longer where more was measured of
            it (see `Question.made_from`); none of floors.
    """

    keys: np.ndarray
    groups: np.ndarray
    methods: np.ndarray
    labels: np.ndarray
    values: Mapping[Name, Mapping[str, np.ndarray]]
    made_from: Mapping[Name, str] = field(default_factory=dict)

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
            level = "" if name.level is None else name.level
            whose = (name.kind, level, name.sparsity, self.made_from.get(name, ""))
            for at, about in enumerate(known):
                row = dict(zip(KNOWN, (*about, *whose), strict=True))
                rows.append(
                    row | {quantity: _text(values[at]) for quantity, values in columns.items()}
                )
        return rows


def merge(older: Measured, newer: Measured) -> Measured:
    """Return the networks of both, of one made anew from other weights the newer values alone.

    Raises:
        ValueError: they are not of the same pictures.
    """
    if older.keys.tolist() != newer.keys.tolist():
        raise ValueError("two tables of maps are of different pictures")
    values, made_from = dict(older.values), dict(older.made_from)
    for name, columns in newer.values.items():
        kept, made = made_from.get(name, ""), newer.made_from.get(name, "")
        same = kept.startswith(made) or made.startswith(kept)
        values[name] = {**(values.get(name, {}) if same else {}), **columns}
        if made:
            made_from[name] = kept if kept.startswith(made) else made
    # The dense network, the tickets, what they are held to; floors last.
    order = sorted(values, key=lambda name: (name.level is None, name.kind != "ticket"))
    levels = sorted((name for name in order if name.kind == "ticket"), key=lambda n: n.sparsity)
    order = [*levels, *(name for name in order if name.kind != "ticket")]
    return replace(
        newer,
        values={name: values[name] for name in order},
        made_from=made_from,
    )


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
    made_from = {name: part[0].get("made_from") or "" for name, part in networks.items()}
    return Measured(
        keys, _column(first, "group"), _column(first, "method"),
        _column(first, "label").astype(int), values,
        {name: text for name, text in made_from.items() if text},
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
