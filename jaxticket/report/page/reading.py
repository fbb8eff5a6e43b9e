"""Reading a study's folder: its findings, the tables beside them, its finished tickets."""

import csv
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from msgspec import to_builtins

from jaxticket.recipe import Recipe, UnknownOption
from jaxticket.report.finding import EstimateValues, Finding
from jaxticket.report.page.parts import StudyPart
from jaxticket.runs import Damaged, RunRecord, read_run
from jaxticket.runs.attention import Figures, read_looks
from jaxticket.runs.files import read_typed
from jaxticket.runs.notes import DataNotes, count_notes, read_notes
from jaxticket.verdicts.headline import Headline

RESULTS, HEADLINES = "results.json", "headlines.json"
PAGE = "report.html"
MOST_ROWS = 2000


def is_study(path: Path) -> bool:
    """Return whether a folder holds the results of a study."""
    return (path / RESULTS).is_file()


def read_study(path: Path, name: str, beside: Path | None = None) -> StudyPart:
    """Read a study's folder.

    Args:
        path: the folder.
        name: unique on the page.
        beside: the folder of the page that links are relative to; None: that of the study.

    Raises:
        Damaged: results.json or a CSV is not what experiments.paper writes, or figures of maps are
            not what experiments.saliency writes.
        FileNotFoundError: it is not there.
    """
    records = _records(path / "cells")
    return StudyPart(
        name=name,
        path=path,
        findings=_findings(path / RESULTS),
        tables={
            file.stem: table
            for file in sorted(path.glob("*.csv"))
            if file.name != "results.csv" and len(table := _table(file)) > 1
        },
        tickets=_tickets(records),
        cells={name: float(run.summary.get("seconds", 0.0)) for name, run in records.items()},
        pages=_pages(path / "cells", records, path if beside is None else beside),
        attention=_attention(path / "attention"),
        notes=count_notes(path / "cells" / name for name in records),
        headlines=read_headlines(path),
        data=_data(path / "cells" / name for name in records),
    )


def _attention(folder: Path) -> dict[str, list[Figures]]:
    """Return the looks at maps that experiments.saliency wrote there, by folder."""
    looks = {
        place.name: [look.figures for look in read_looks(place) if look.figures.rows]
        for place in sorted(folder.glob("*/"))
    }
    return {name: figures for name, figures in looks.items() if figures}


def _data(runs: Iterable[Path]) -> list[DataNotes]:
    """Return what the cards of the data sets of the runs say, each set once."""
    sets = {(data.name, str(data.pictures)): data for run in runs for data in read_notes(run).data}
    return [sets[key] for key in sorted(sets)]


def read_headlines(study: Path) -> dict[str, Headline]:
    """Return what a study comes to by model and data set; none of an older version's study.

    Raises:
        Damaged: the file holds something else.
    """
    path = study / HEADLINES
    again = "experiments.paper with --report_only writes it again"
    return read_typed(path, dict[str, Headline], again) if path.is_file() else {}


def _findings(path: Path) -> list[dict[str, Any]]:
    again = "experiments.paper with --report_only writes it again"
    findings = read_typed(path, list[Finding[EstimateValues]], again)
    if not findings:
        raise Damaged(path, "no finding", again)
    return to_builtins(findings)


def _table(path: Path) -> list[list[str]]:
    try:
        with path.open(encoding="utf-8", errors="replace", newline="") as file:
            rows = [row for _, row in zip(range(MOST_ROWS + 1), csv.reader(file), strict=False)]
    except csv.Error as error:
        again = "experiments.paper with --report_only writes it again"
        raise Damaged(path, error, again) from error
    return [row + [""] * (len(rows[0]) - len(row)) for row in rows if row] if rows else []


def _records(cells: Path) -> dict[str, RunRecord]:
    """Return the finished runs by name; one that cannot be read is left out."""
    if not cells.is_dir():
        return {}
    records = {}
    for path in sorted(cells.iterdir()):
        if (path / "summary.json").is_file() and (path / "config.json").is_file():
            try:
                records[path.name] = read_run(path)
            except (Damaged, UnknownOption):
                continue
    return records


def _pages(cells: Path, names: Iterable[str], beside: Path) -> dict[str, str]:
    paths = {name: cells / name / PAGE for name in names}
    return {
        name: quote(Path(os.path.relpath(page, beside)).as_posix())
        for name, page in paths.items()
        if page.is_file()
    }


def _tickets(records: Mapping[str, RunRecord]) -> dict[str, list[RunRecord]]:
    """Group the runs of several levels that differ only in their seed."""
    groups: dict[Recipe, list[RunRecord]] = {}
    for run in records.values():
        if not run.recipe.derived and len(run.levels) > 1:
            groups.setdefault(replace(run.recipe, seed=0), []).append(run)
    return {_ticket_name(runs[0].recipe): runs for runs in groups.values()}


def _ticket_name(recipe: Recipe) -> str:
    how = recipe.criterion, recipe.pruning, recipe.scope, recipe.rewind
    return f"{recipe.model} on {recipe.data_name}: {', '.join(how)}".replace("_", " ")
