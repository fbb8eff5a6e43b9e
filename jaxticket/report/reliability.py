"""What the scores of a run's calibrated levels mean, for report.md: text, tables, a PNG."""

from collections.abc import Iterator
from dataclasses import replace

from jaxticket.calibration import WHOLE, Calibration, bounds, on_test, units_of
from jaxticket.report.page.calibration import NOTE, level_plots, level_title
from jaxticket.report.page.cells import show
from jaxticket.report.page.parts import RunPart
from jaxticket.report.page.reliability import tables
from jaxticket.report.png import write_png
from jaxticket.runs import Damaged, LevelRecord, RunRecord
from jaxticket.runs.calibrations import read_calibration
from jaxticket.text import markdown_table

PLOT = "reliability.png"


def write_reliability(run: RunRecord, heading: str) -> list[str]:
    """Write the PNG of the calibrated levels; return the lines of report.md on them.

    Args:
        run: its folder may hold none: then nothing is written, and there are no lines.
        heading: of the PNG.
    """
    calibrated = list(_calibrated(run))
    if not calibrated:
        return []
    part = RunPart(run.path.name, run)
    drawn = [
        replace(plot, title=f"{level_title(level)}: {plot.title}")
        for level, found in calibrated
        for plots in level_plots(part, level, found).values()
        for plot in plots
    ]
    write_png(drawn, f"{heading}\n{NOTE}", run.path / PLOT)
    lines = [line for level, found in calibrated for line in _lines(level, found)]
    picture = f"![Reliability, and thresholds over the scores of test]({PLOT})"
    return ["## What the scores mean", "", *lines, picture, ""]


def _calibrated(run: RunRecord) -> Iterator[tuple[LevelRecord, Calibration]]:
    for level in run.levels:
        try:
            found = read_calibration(run.path, level.level)
        except Damaged:  # of which the page speaks
            continue
        if found is not None:
            yield level, found


def _lines(level: LevelRecord, found: Calibration) -> Iterator[str]:
    yield from [f"### {level_title(level).capitalize()}", ""]
    for name, unit in units_of(found):
        if name not in WHOLE:
            continue
        said = (*on_test(found, unit), *bounds(found, name, unit))
        yield from [f"{name.capitalize()}. {' '.join(said)}", ""]
    for table in tables(found, "calibration"):
        yield from [f"{table.caption}:", ""]
        yield from markdown_table(table.heads, (list(map(show, row)) for row in table.rows))
