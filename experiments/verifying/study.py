"""The results of a study: what its page is made from beside the runs of its cells."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from experiments.verifying.parts import Part, checked
from jaxticket.report.page.reading import (
    HEADLINES,
    RESULTS,
    is_study,
    read_headlines,
    read_results,
    read_table,
    table_files,
)
from jaxticket.runs.files import says_sha256
from jaxticket.text import count_text


def study_parts(path: Path) -> Iterator[Part]:
    """Yield the findings, tables and headlines of a study, if the folder is of one."""
    if not is_study(path) or not (path / "cells").is_dir():
        return
    file = path / RESULTS
    sealed = says_sha256(file.read_bytes())
    part = checked(
        file, lambda: count_text(len(read_results(file).findings), "finding"), sealed=sealed
    )
    yield part
    if part.good:
        results = read_results(file)
        for table in table_files(path, results):
            digest = results.files.get(table.name)
            yield checked(table, partial(_rows, table, digest), sealed=digest is not None)
    if (path / HEADLINES).exists():
        yield checked(path / HEADLINES, lambda: count_text(len(read_headlines(path)), "headline"))


def _rows(table: Path, digest: str | None) -> str:
    return count_text(len(read_table(table, digest)), "row")
