"""Files of scores, read as columns of numbers and codes: a million rows fit into little memory."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path

import numpy as np

from experiments.auditing.columns import (
    OF_REALS,
    SCORES_OF_REAL,
    find_columns,
    other_columns,
)
from experiments.auditing.labels import label_kinds, read_label, refuse_many_numbers, whole_number
from jaxticket.limits import TEXT_BYTES

DELIMITERS = (",", ";", "\t", "|")
TEXTS = ("path", "video", "frame", "method", "compression", "group", "model", "checkpoint", "seed",
         "split")  # fmt: skip
VIDEO_SUFFIXES = (".mp4", ".avi", ".mov", ".mkv", ".webm")
"""Endings of videos: a column of such paths names videos, whatever it is called."""

SHOWN = 3


@dataclass(frozen=True)
class Table:
    """The rows of one file.

    Attributes:
        path: of the file.
        columns: what each is for -> its name there.
        rows: int [N], the line of each, counted from 1 as an editor does.
        labels: int [N], real 0, fake 1.
        scores: float [N], as they stand there.
        codes: what a column is for -> int [N], into its `names`.
        names: what a column is for -> its texts.
        worded: whether some labels are words.
        high_for_real: whether the name of the column says that high scores are for real.
        passed_over: label or score -> columns that could have been it as well.
    """

    path: Path
    columns: Mapping[str, str]
    rows: np.ndarray
    labels: np.ndarray
    scores: np.ndarray
    codes: Mapping[str, np.ndarray]
    names: Mapping[str, Sequence[str]]
    worded: bool
    high_for_real: bool
    passed_over: Mapping[str, Sequence[str]]


@dataclass
class _Bad:
    """Rows that cannot be read, for one message."""

    what: str
    remedy: str
    count: int = 0
    shown: list[str] = field(default_factory=list)

    def add(self, line: int, text: str) -> None:
        self.count += 1
        if len(self.shown) < SHOWN:
            self.shown.append(f"row {line} ({shorten(text)!r})" if text else f"row {line} (empty)")


def read_table(path: Path, named: Mapping[str, str], fake_label: int = 1) -> Table:
    """Read a file of scores.

    A comma, semicolon, tab or bar parts the cells; with semicolons a comma may be the decimal one.
    Rows without any text are passed over.

    Args:
        path: of a CSV with a first row of names.
        named: what a column is for -> its name, where it is not one of `columns.NAMES`.
        fake_label: the number that means fake.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is no CSV or too large, a column is lacking, or a row has no label or no
            finite score.
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path}: there is no such file of scores")
    if (size := path.stat().st_size) > TEXT_BYTES:
        raise ValueError(f"{path} has {size:,} bytes; at most {TEXT_BYTES:,} are read of it")
    with _as_sentence(path), path.open(encoding="utf-8-sig", newline=None) as file:
        first = file.readline()
        delimiter = max(DELIMITERS, key=first.count)
        heads = next(csv.reader([first], delimiter=delimiter, skipinitialspace=True), [])
        if not any(head.strip() for head in heads):
            raise ValueError(f"{path} is empty: its first row has to name the columns")
        found = find_columns(heads, named, str(path))
        rest = csv.reader(file, delimiter=delimiter, skipinitialspace=True)
        others = other_columns(heads, found, named)
        return _read(path, rest, found, others, len(heads), delimiter == ";", fake_label)


def _read(
    path: Path, reader, found: Mapping, others: Mapping, width: int, comma: bool, fake_label: int
) -> Table:
    labels, scores, rows = [], [], []
    texts = [(role, found[role][0], {}, []) for role in TEXTS if role in found]
    label_at, score_at = found["label"][0], found["score"][0]
    last = max(place for place, _ in found.values())
    kinds = label_kinds(fake_label, found["label"][1] in OF_REALS)
    known: dict[str, int | None] = {}
    no_score = _Bad("no finite number as the score", "mend these rows, or leave them out")
    no_label = _Bad(
        "no label that is known", "write real or fake, or 0 and 1 (1 is fake; --fake_label=0 else)"
    )
    short = _Bad("fewer cells than the first row names", "mend these rows")
    long = _Bad("more cells than the first row names", 'write "" around texts with a comma')
    for cells in reader:
        line = reader.line_num + 1  # the first row was read before
        if not any(cells):
            continue
        if len(cells) <= last:
            short.add(line, ",".join(cells))
            continue
        if any(cells[width:]):
            long.add(line, ",".join(cells))
            continue
        text = cells[label_at].strip()
        if text not in known:
            known[text] = read_label(text, kinds)
        label = known[text]
        score = _number(cells[score_at], comma)
        if label is None:
            no_label.add(line, text)
        elif score is None:
            no_score.add(line, cells[score_at].strip())
        else:
            rows.append(line)
            labels.append(label)
            scores.append(score)
            for _, place, codes, column in texts:
                column.append(codes.setdefault(cells[place].strip(), len(codes)))
    for bad in (short, long, no_label, no_score):
        if bad.count:
            have = "row has" if bad.count == 1 else "rows have"
            more = ", ..." if bad.count > SHOWN else ""
            raise ValueError(
                f"{path}: {bad.count:,} {have} {bad.what}: {', '.join(bad.shown)}{more}; "
                f"{bad.remedy}"
            )
    if not rows:
        raise ValueError(f"{path} holds no rows below the names of its columns")
    refuse_many_numbers(str(path), known)
    roles = {role: role for role in found}
    if "video" not in roles and _are_videos(next((t[2] for t in texts if t[0] == "path"), ())):
        roles["path"] = "video"
    return Table(
        path=path,
        columns={roles[role]: name for role, (_, name) in found.items()},
        rows=np.array(rows),
        labels=np.array(labels),
        scores=np.array(scores),
        codes={roles[role]: np.array(column) for role, _, _, column in texts},
        names={roles[role]: list(codes) for role, _, codes, _ in texts},
        worded=any((whole_number(text) or text.lower()) not in kinds for text in known),
        high_for_real=found["score"][1] in SCORES_OF_REAL,
        passed_over=others,
    )


def _are_videos(paths: Iterable[str]) -> bool:
    paths = list(paths)
    return bool(paths) and all(path.lower().endswith(VIDEO_SUFFIXES) for path in paths)


def shorten(text: str) -> str:
    """Return text that fits into a message."""
    return text if len(text) <= 60 else f"{text[:57]}..."


def _number(text: str, comma: bool) -> float | None:
    try:
        value = float(text.replace(",", ".") if comma else text)
    except ValueError:
        return None
    return value if isfinite(value) else None


@contextmanager
def _as_sentence(path: Path) -> Iterator[None]:
    try:
        yield
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path} is not UTF-8 text: save it as UTF-8 (in Excel, CSV UTF-8); {error}"
        ) from None
    except csv.Error as error:
        raise ValueError(f"{path} is not a readable CSV: {error}") from None
