"""What was found, on a terminal: a row a face, what to know of many of them, how many got which."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from rich.table import Table
from rich.text import Text

from data_prep.checks.excerpts import first_lines
from experiments.detecting.findings import Finding
from jaxticket.calibration import ANSWERS, CANNOT_TELL, NO_FACE, NO_SIGN, SIGNS
from jaxticket.text import count_text, interval_text, printable

MOST_ROWS = 40
COLOURS = {SIGNS: "bold red", CANNOT_TELL: "yellow", NO_SIGN: "green"}
_SHOWN = 5
UNREAD, UNANSWERED = "could not be read", "not calibrated, no answer"


class Row(NamedTuple):
    """A face, or a file without one.

    Attributes:
        file: what it is called.
        face: its number, empty without one.
        answer: in words.
        probability: of fake, with its interval.
        remarks: their topics, or what is wrong.
        highest: the probability, -1 without one; what sorts rows where they are many.
    """

    file: str
    face: str
    answer: str
    probability: str
    remarks: str
    highest: float


@dataclass
class Summary:
    """What was found so far.

    Attributes:
        rows: of faces and files.
        answers: of files -> how many.
        topics: of remarks -> how many faces and files have one, and the first.
        files: how many.
        errors: of those that could not be read, or not to their end: name and reason.
    """

    rows: list[Row] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    topics: dict[str, tuple[int, str]] = field(default_factory=dict)
    files: int = 0
    errors: list[str] = field(default_factory=list)

    def add(self, finding: Finding) -> list[Row]:
        """Take what was found in a file and return its rows."""
        rows = list(rows_of(finding))
        self.rows += rows
        self.files += 1
        if finding.error is not None:
            self.errors.append(printable(f"{finding.path}: {finding.error}"))
        self.answers[_answer(finding)] += 1
        for remark in (
            *finding.remarks,
            *(each for face in finding.faces for each in face.remarks),
        ):
            count, first = self.topics.get(_topic(remark), (0, remark))
            self.topics[_topic(remark)] = (count + 1, first)
        return rows

    def table(self) -> Table:
        """Return the rows; of many those that score highest."""
        table = Table("file", "face", "answer", "probability of fake [95%]", "remarks")
        table.columns[0].overflow = "fold"
        rows = self.rows
        if len(rows) > MOST_ROWS:
            rows = sorted(rows, key=lambda row: -row.highest)[:MOST_ROWS]
            table.caption = f"the highest of {len(self.rows):,}; all are in results.csv"
        for row in rows:
            answer = Text(row.answer, style=COLOURS.get(row.answer, ""))
            table.add_row(row.file, row.face, answer, row.probability, row.remarks)
        return table

    def sentences(self) -> Iterator[str]:
        """Yield what remarks and errors say, and last how many files got which answer."""
        for topic, (count, first) in sorted(self.topics.items(), key=lambda item: -item[1][0]):
            text = first.removeprefix(f"{topic}: ")
            yield f"{topic}: {text}" if count == 1 else f"{topic}, {count:,} times, first: {text}"
        if self.errors:
            yield f"not read, or not to the end:\n{first_lines(self.errors, _SHOWN)}"
        order = (*ANSWERS, NO_FACE, UNANSWERED, UNREAD)
        counts = [f"{self.answers[each]:,} {each}" for each in order if self.answers[each]]
        yield f"{count_text(self.files, 'file')}: {', '.join(counts)}"


def rows_of(finding: Finding) -> Iterator[Row]:
    """Yield a row for each face of a file, or one for a file without."""
    wrong = [finding.error] if finding.error else []
    name = printable(finding.path)
    of_file = [*wrong, *map(_topic, finding.remarks)]
    if not finding.faces:
        yield Row(name, "", _answer(finding), "", "; ".join(of_file), -1.0)
    for face in finding.faces:
        text = interval_text(
            face.probability, face.probability_low, face.probability_high, digits=2
        )
        topics = [*of_file, *map(_topic, face.remarks)]
        yield Row(name, str(face.number), face.answer or UNANSWERED, text,
                  "; ".join(topics), face.probability)  # fmt: skip


def lines(rows: Sequence[Row]) -> Iterator[str]:
    """Yield rows as lines of a log: file, face, answer, how probable fake is, remarks."""
    for row in rows:
        face = f" face {row.face}:" if row.face else ""
        probable = f", fake {row.probability}" if row.probability else ""
        text = f"{row.file}:{face} {row.answer}{probable}"
        yield f"{text} ({row.remarks})" if row.remarks else text


def _answer(finding: Finding) -> str:
    if finding.answer is not None:
        return finding.answer
    return UNANSWERED if finding.faces else UNREAD


def _topic(remark: str) -> str:
    return remark.partition(":")[0]
