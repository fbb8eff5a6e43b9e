"""Reading a study's folder: its findings, the tables beside them, its finished tickets."""

import csv
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from msgspec import Struct, to_builtins

from jaxticket.recipe import Recipe
from jaxticket.report.finding import EstimateValues, Finding
from jaxticket.report.page.parts import StudyPart
from jaxticket.runs import Damaged, RunRecord, read_run
from jaxticket.runs.attention import Figures, read_looks
from jaxticket.runs.files import read_typed, read_whole, sha256, write_json
from jaxticket.runs.notes import DataNotes, count_notes, read_notes
from jaxticket.verdicts.headline import Headline
from jaxticket.writing import require_plain

RESULTS, HEADLINES = "results.json", "headlines.json"
OWN_TABLE = "results.csv"
"""What results.json says, as a table: not read."""
AGAIN = "experiments.paper with --report_only writes it again"
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
    require_plain(path)
    records, lacking = _records(path / "cells")
    results = read_results(path / RESULTS)
    return StudyPart(
        name=name,
        path=path,
        findings=to_builtins(results.findings),
        tables={
            file.stem: table
            for file in table_files(path, results)
            if len(table := read_table(file, results.files.get(file.name))) > 1
        },
        tickets=_tickets(records),
        cells={name: float(run.summary.get("seconds", 0.0)) for name, run in records.items()},
        pages=_pages(path / "cells", records, path if beside is None else beside),
        attention=_attention(path / "attention"),
        notes=count_notes(path / "cells" / name for name in records),
        headlines=read_headlines(path),
        data=_data(path / "cells" / name for name in records),
        lacking=lacking,
    )


class Results(Struct, frozen=True):
    """What results.json says.

    Attributes:
        findings: one network at one sparsity over seeds each.
        files: name -> SHA-256 of the tables beside it; none of an older version.
    """

    findings: list[Finding[EstimateValues]]
    files: dict[str, str] = {}


def write_results(study: Path, findings: Sequence[Mapping[str, Any]]) -> None:
    """Write results.json, once the tables of a study are there."""
    tables = [file for file in sorted(study.glob("*.csv")) if file.name != OWN_TABLE]
    digests = {file.name: sha256(file.read_bytes()) for file in tables}
    write_json(study / RESULTS, {"findings": findings, "files": digests})


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
    return read_typed(path, dict[str, Headline], AGAIN) if path.exists() else {}


def read_results(path: Path) -> Results:
    """Return what results.json says; that of an older version is a list.

    Raises:
        Damaged: it is not what experiments.paper writes, or was changed.
        FileNotFoundError: it is not there.
    """
    either: Any = Results | list[Finding[EstimateValues]]
    found = read_typed(path, either, AGAIN)
    results = found if isinstance(found, Results) else Results(found)
    if not results.findings:
        raise Damaged(path, "no finding", AGAIN)
    return results


def table_files(study: Path, results: Results) -> list[Path]:
    """Return the tables beside results.json, with those that it names and that are gone."""
    names = {file.name for file in study.glob("*.csv")} - {OWN_TABLE}
    return [study / name for name in sorted(names | results.files.keys())]


def read_table(path: Path, digest: str | None) -> list[list[str]]:
    """Return the rows of a table beside results.json, the heads first.

    Args:
        path: of the table.
        digest: its SHA-256 by results.json; None where that does not say it.

    Raises:
        Damaged: it is no CSV, or was changed.
        FileNotFoundError: it is not there.
    """
    try:
        text = read_whole(path, AGAIN, digest).decode(errors="replace")
        lines = csv.reader(io.StringIO(text, newline=""))
        rows = [row for _, row in zip(range(MOST_ROWS + 1), lines, strict=False)]
    except FileNotFoundError:
        raise FileNotFoundError(f"{path} is missing: {AGAIN}") from None
    except csv.Error as error:
        raise Damaged(path, error, AGAIN) from error
    return [row + [""] * (len(rows[0]) - len(row)) for row in rows if row] if rows else []


def _records(cells: Path) -> tuple[dict[str, RunRecord], list[str]]:
    """Return the finished runs by name, and a sentence for each that cannot be read."""
    records, lacking = {}, []
    for path in sorted(cells.iterdir()) if cells.is_dir() else ():
        if os.path.lexists(path / "summary.json"):
            try:
                records[path.name] = read_run(path)
            except (ValueError, OSError) as error:
                lacking.append(f"cell {path.name} is left out: {error}")
    return records, lacking


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
