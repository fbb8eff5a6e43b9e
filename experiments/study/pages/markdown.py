"""Texts and tables that the pages of a study share, and the three files of a page."""

from collections.abc import Iterable, Mapping, Sequence

from experiments.options.study import Study
from experiments.study.pages.rows import COLUMNS, Figure
from jaxticket.runs.files import write_csv, write_json, write_text
from jaxticket.statistics import Estimate
from jaxticket.text import interval_text, markdown_table
from jaxticket.verdicts.wording import Verdict, words_of_seeds

SYNTHETIC = "**Synthetic data**: drawn by a program; the figures stand for no real data set."
INTERVALS = (
    "In brackets: 95% intervals over seeds and test groups (docs/statistics.md), each "
    "for itself, uncorrected: of twenty true differences of 0, about one interval excludes 0."
)

ONE_GROUP = (
    "Where one test group has all pictures of a name, its recall has an interval over seeds alone "
    "(with several), which tells of that group alone, and its AUC has none."
)


def with_ends(estimate: Estimate | None, *, sign: bool = False) -> str:
    """Return a value with its interval; `sign` writes plus signs too."""
    ends = estimate.ends if estimate else (None,)
    return interval_text(*ends, sign=sign, alone=", no interval")


def difference(estimate: Estimate | None) -> str:
    """Return a difference with its interval, signs always there."""
    return with_ends(estimate, sign=True)


def paired(estimate: Estimate | None, seeds: int) -> str:
    """Return a difference, with its own number of seeds where it is not that of the row."""
    if estimate is None:
        return "-"
    return difference(estimate) + (f" (n = {estimate.seeds})" if estimate.seeds != seeds else "")


def verdict_text(verdict: Verdict | None) -> str:
    """Return the words of a verdict; those of one seed say so."""
    return words_of_seeds(verdict.words, verdict.seeds) if verdict else "-"


def percents(share: float) -> str:
    """Return a share in percent, with as many digits as it needs."""
    return f"{100 * share:g}%"


def percent(share: Estimate) -> str:
    """Return a measured share with its interval, in percent."""
    return interval_text(*(100 * end for end in share.ends), digits=1, alone=", no interval")


def count_span(ends: tuple[int, int]) -> str:
    """Return the least and the greatest of counts, or the one that all are."""
    low, high = ends
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def grid(figures: Sequence[Figure], columns: Sequence[str]) -> Iterable[str]:
    """Return a table of figures of one measure: rows are networks, columns names."""
    by_place = {(row.method, row.sparsity, row.name): row for row in figures}

    def rows() -> Iterable[Sequence[str]]:
        for method, sparsity in dict.fromkeys((row.method, row.sparsity) for row in figures):
            cells = [by_place.get((method, sparsity, name)) for name in columns]
            there = [row.estimate for row in cells if row and row.estimate]
            seeds = sorted({estimate.seeds for estimate in there})
            count = " to ".join(map(str, dict.fromkeys(seeds[:1] + seeds[-1:]))) or "-"
            yield method, percents(sparsity), count, *(cell(row) for row in cells)

    return markdown_table(["method", "sparsity", "n", *columns], rows())


def cell(figure: Figure | None) -> str:
    """Return a figure for a table, with its verdict if it has one; `-` where there is none."""
    if figure is None or figure.estimate is None:
        return "-"
    signed = figure.measure in ("difference", "harm")
    return f"{with_ends(figure.estimate, sign=signed)} {figure.verdict}".rstrip()


def by_set(figures: Sequence[Figure]) -> Mapping[tuple[str, str], list[Figure]]:
    """Return the figures of every model and data set."""
    sets: dict[tuple[str, str], list[Figure]] = {}
    for figure in figures:
        sets.setdefault((figure.model, figure.dataset), []).append(figure)
    return sets


def write_page(
    study: Study, stem: str, title: str, figures: Sequence[Figure], lines: Iterable[str]
) -> None:
    """Write a page and its figures: STEM.md, STEM.csv, STEM.json.

    Args:
        study: names the folder.
        stem: of the files.
        title: of the page.
        figures: all that it rests on.
        lines: below the title.
    """
    write_json(study.out / f"{stem}.json", [figure.plain() for figure in figures])
    write_csv(study.out / f"{stem}.csv", (figure.row() for figure in figures), COLUMNS)
    head = [f"# {title}", ""]
    head += [SYNTHETIC, ""] if any(figure.synthetic for figure in figures) else []
    text = [*head, *lines, f"All figures: [{stem}.csv]({stem}.csv). Back to [results](results.md)."]
    write_text(study.out / f"{stem}.md", "\n".join(text) + "\n")
