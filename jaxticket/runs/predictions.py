"""The predictions of a network on a split, and the CSV that holds them.

    key,group,video,method,label,logit,compression
    key,group,video,method,label,predicted,logit_NAME,...,compression

The second form is that of a detector with one logit a class; `predicted` names the largest. Files
of older versions end before `compression`, which is then not known.
"""

import csv
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from jaxticket.runs import files
from jaxticket.runs.damage import Damaged
from jaxticket.statistics import is_right
from jaxticket.text import from_csv_cell, lines_of_csv, name_columns

REAL_OR_FAKE = ("real", "fake")
TEXTS = {"keys": "key", "groups": "group", "videos": "video", "methods": "method"}
"""Field -> column."""


@dataclass(frozen=True, eq=False)
class Predictions:
    """What a network answers for the N examples of a split.

    Attributes:
        keys: str [N].
        groups: str [N]; examples of a group are not independent.
        videos: str [N].
        methods: str [N], `real` or the forgery method.
        labels: int [N], places in `classes`.
        logits: float32 [N], above 0 for fake; or [N, C], one a class.
        compressions: str [N], empty where not known.
        classes: names of the labels, `real` first.
    """

    keys: np.ndarray
    groups: np.ndarray
    videos: np.ndarray
    methods: np.ndarray
    labels: np.ndarray
    logits: np.ndarray
    compressions: np.ndarray
    classes: tuple[str, ...] = REAL_OR_FAKE

    def __len__(self) -> int:
        """Return N."""
        return len(self.keys)

    @property
    def right(self) -> np.ndarray:
        """Which examples are classified right, bool [N]."""
        return is_right(self.labels, self.logits)

    def columns(self) -> dict[str, list[Any]]:
        """Return the columns of the CSV; 9 digits give a float32 back exactly."""
        columns: dict[str, list[Any]] = {
            column: getattr(self, field).tolist() for field, column in TEXTS.items()
        }
        columns["label"] = self.labels.tolist()
        if self.logits.ndim == 1:
            columns["logit"] = _digits(self.logits)
        else:
            columns["predicted"] = [self.classes[place] for place in self.logits.argmax(axis=1)]
            for name, logits in zip(self.classes, self.logits.T, strict=True):
                columns[f"logit_{name}"] = _digits(logits)
        return columns | {"compression": self.compressions.tolist()}

    def by_key(self) -> "Predictions":
        """Return the same in the order of the keys, so that two networks can be compared."""
        order = np.argsort(self.keys, kind="stable")
        names = (*TEXTS, "labels", "logits", "compressions")
        return replace(self, **{name: getattr(self, name)[order] for name in names})


def write_predictions(path: Path, predictions: Predictions) -> None:
    """Write predictions as CSV, atomically."""
    files.write_text(path, predictions_text(predictions))


def predictions_text(predictions: Predictions) -> str:
    """Return predictions as the text of a CSV."""
    columns = predictions.columns()
    rows = zip(*columns.values(), strict=True)
    return files.csv_text((dict(zip(columns, row, strict=True)) for row in rows), columns)


def read_predictions(path: Path, remedy: str, digest: str | None = None) -> Predictions:
    """Read predictions; see `jaxticket.runs.files.read_whole`.

    Raises:
        FileNotFoundError: there is no such file; says the remedy.
        Damaged: it is not of the form above, or was changed; says the remedy.
    """
    try:
        return parse_predictions(files.read_whole(path, remedy, digest).decode())
    except FileNotFoundError:
        raise FileNotFoundError(f"{path} is missing: {remedy}") from None
    except Damaged:
        raise
    except ValueError as error:
        raise Damaged(path, error, remedy) from error


def parse_predictions(text: str) -> Predictions:
    """Return the predictions that the text of a CSV holds.

    Raises:
        ValueError: it is not of the form above; says why.
    """
    if not text.endswith("\n"):
        raise ValueError("it is cut off")
    try:
        heads, *rows = csv.reader(lines_of_csv(text))
    except csv.Error as error:
        raise ValueError(f"not CSV: {error}") from error
    if any(len(row) != len(heads) for row in rows):
        raise ValueError(f"a row has not the {len(heads)} columns of the first")
    number = len(rows)
    columns = dict(zip(heads, zip(*rows, strict=True) if rows else [()] * len(heads), strict=True))
    del rows
    classes = tuple(name.removeprefix("logit_") for name in heads if name.startswith("logit_"))
    scores = [f"logit_{name}" for name in classes] or ["logit"]
    if lacking := [name for name in (*TEXTS.values(), "label", *scores) if name not in columns]:
        raise ValueError(f"it lacks the column {lacking[0]}")
    places = {str(place): place for place in range(len(classes or REAL_OR_FAKE))}
    if unknown := set(columns["label"]) - places.keys():
        raise ValueError(f"{min(unknown)!r} is no label from 0 to {len(places) - 1}")
    compressions = columns.get("compression", [""] * number)
    logits = np.array([columns[name] for name in scores], np.float32)
    if not np.isfinite(logits).all():
        raise ValueError("a logit is not finite")
    texts = {column: columns[column] for column in TEXTS.values()} | {"compression": compressions}
    names = name_columns({name: [*map(from_csv_cell, cells)] for name, cells in texts.items()})
    return Predictions(
        **{field: names[column] for field, column in TEXTS.items()},
        labels=np.array([places[label] for label in columns["label"]], np.int64),
        logits=logits.T if classes else logits[0],
        compressions=names["compression"],
        classes=classes or REAL_OR_FAKE,
    )


def _digits(logits: np.ndarray) -> list[str]:
    return [f"{logit:.9g}" for logit in logits]
