"""What the scores of calibrated levels mean: sentences, reliability, thresholds, answers."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from jaxticket.calibration import WHOLE, Calibration, bounds, on_test, units_of
from jaxticket.report.page.blocks import Panels, Section, Text
from jaxticket.report.page.levels import size
from jaxticket.report.page.parts import RunPart
from jaxticket.report.page.plot import Plot
from jaxticket.report.page.reliability import plots, tables
from jaxticket.runs import LevelRecord
from jaxticket.runs.calibrations import is_stale, read_calibration

NOTE = "bars: 95% over groups; the outermost steps of the scores hold what lies beyond"


def calibration_section(parts: Sequence[RunPart]) -> Section | None:
    """Return the section; None where no level is calibrated.

    Raises:
        Damaged: a calibration or predictions cannot be read.
        FileNotFoundError: predictions are missing.
    """
    blocks: list[Any] = []
    for part in parts:
        name = "" if len(parts) == 1 else f"{part.name}, "
        for level in part.run.levels:
            title = f"{name}{level_title(level)}"
            found = read_calibration(part.run.path, level.level)
            if found is not None:
                blocks += _of_level(part, level, found, title)
            elif is_stale(part.run.path, level.level):
                part.run.predictions(level.level, "validation")  # others, and not damaged ones
                text = f"{title}: trained again since it was calibrated; calibrate it again."
                blocks.append(Text(_heading(text)))
    return Section("calibration", "What the scores mean", blocks) if blocks else None


def level_title(level: LevelRecord) -> str:
    """Return what a level is called in this section."""
    return f"level {level.level}, {level.sparsity:.1%} pruned"


def level_plots(part: RunPart, level: LevelRecord, found: Calibration) -> dict[str, list[Plot]]:
    """Return the plots of a calibrated level: of pictures, and of videos where there are any."""
    test = part.run.predictions(level.level)
    return {name: plots(unit, test, name) for name, unit in units_of(found) if name in WHOLE}


def _of_level(part: RunPart, level: LevelRecord, found: Calibration, title: str) -> list[Any]:
    blocks, units = [], dict(units_of(found))
    for name, drawn in level_plots(part, level, found).items():
        heading = _heading(f"{title}, {name}")
        blocks += [
            Text(f"{heading}. {' '.join(on_test(found, units[name]))}"),
            Text(" ".join(bounds(found, name, units[name]))),
            Panels(heading, drawn, f"{size(part)}; {NOTE}."),
        ]
    outcomes, thresholds, errors = tables(found, f"calibration_{level.level}")
    return [
        *blocks,
        replace(outcomes, caption=f"{outcomes.caption}; {title}"),
        replace(thresholds, hidden=True, summary=f"Thresholds of {title}"),
        replace(errors, hidden=True, summary=f"Calibration errors of {title}"),
    ]


def _heading(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"
