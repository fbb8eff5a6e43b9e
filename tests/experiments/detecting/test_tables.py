import io

from rich.console import Console

from experiments.detecting.tables import MOST_ROWS, Summary, lines
from jaxticket.calibration import NO_FACE
from tests.experiments.detecting.test_results import FACE, FOUND

UNREAD = FOUND[1].__class__(path="c.png", kind="picture", error="empty file")


def test_lines_of_a_log():
    summary = Summary()
    assert [line for finding in (*FOUND, UNREAD) for line in lines(summary.add(finding))] == [
        "=1+1.mp4: face 1: cannot tell, fake 0.25 [0.12, 0.50] (truncated; small; contrast)",
        f"b.png: {NO_FACE}",
        "c.png: could not be read (empty file)",
    ]
    summary.add(FOUND[0])
    assert list(summary.sentences()) == [
        "small, 2 times, first: yes",
        "contrast, 2 times, first: low",
        "not read, or not to the end:\n"
        "  =1+1.mp4: truncated\n  c.png: empty file\n  =1+1.mp4: truncated",
        "4 files: 2 cannot tell, 1 no face found, 1 could not be read",
    ]


def test_of_many_rows_the_highest():
    summary = Summary()
    for number in range(MOST_ROWS + 1):
        face = FACE.__class__(number=1, looks=[], score=0.0, answer=None, probability=number / 100)
        summary.add(FOUND[0].__class__(path=f"{number}.png", kind="picture", faces=[face]))
    console = Console(width=100, record=True, file=io.StringIO())
    console.print(summary.table())
    text = console.export_text()
    assert "the highest of 41; all are in results.csv" in text
    assert "40.png" in text
    assert " 0.png" not in text
