"""The report page of run folders and studies: reads them, judges the runs, writes the HTML file."""

import os
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from experiments.one_run.estimate import level_steps, stops_early
from experiments.one_run.headline import headline_of
from jaxticket.pruning import level_sparsities
from jaxticket.recipe import Recipe, control_of
from jaxticket.report import write_report
from jaxticket.report.page import (
    PAGE,
    Control,
    Judged,
    Progress,
    RunPart,
    is_study,
    read_study,
    write_page,
)
from jaxticket.runs import Damaged, LevelRecord, RunRecord, read_run
from jaxticket.runs.controls import WORDS, find_controls
from jaxticket.runs.files import write_json
from jaxticket.runs.opening import lock
from jaxticket.runs.predictions import Predictions
from jaxticket.statistics import paired_interval
from jaxticket.verdicts.evidence import gather
from jaxticket.verdicts.rules import judge, stated_margin

NAME_OF_SEVERAL = "comparison.html"
SHARE = "share.html"


def write_report_page(
    sources: Sequence[Path], out: Path | None = None, *, share: bool = False
) -> Path:
    """Write the page of run folders and folders of studies, and return its path.

    Args:
        sources: one or more; several are compared side by side.
        out: the HTML file; None: report.html in the folder, or comparison.html here for several;
            of the short page share.html.
        share: whether to write the short page that may be passed on.

    Raises:
        FileNotFoundError: a folder holds neither a run nor a study's results, or a run lacks
            predictions.
        ValueError: none is named, or something in a folder cannot be read.
        OSError: the page cannot be written.
    """
    if not sources:
        raise ValueError("name a run folder or the folder of a study")
    if out is None:
        name = SHARE if share else PAGE if len(sources) == 1 else NAME_OF_SEVERAL
        out = sources[0] / name if len(sources) == 1 else Path(name)
    runs, studies = [], []
    for name, path in zip(names_of(sources), sources, strict=True):
        if is_study(path):
            studies.append(read_study(path, name, out.parent))
        else:
            runs.append(run_part(path, name))
    return write_page(out, runs, studies, share=share)


def refresh(path: Path) -> Path:
    """Write the page and the report of a run again, and its headline into summary.json.

    What lies beside the run now counts: its other seeds, its controls. A run that has not ended has
    no summary, and without a finished level no report.

    Returns:
        The page.

    Raises:
        As `write_report_page` does.
    """
    part = run_part(path, path.name)
    if part.run.summary and part.headline is not None:
        summary = {**part.run.summary, "headline": asdict(part.headline)}
        write_json(path / "summary.json", summary)
    if part.run.levels:
        write_report(path, part.headline)
    return write_page(path / PAGE, [part])


def refresh_alone(run: Path) -> Path:
    """Do as `refresh` does, of a run that this process is not at work in.

    Raises:
        BlockingIOError: another process is at work in it, and writes them itself.
    """
    handle = lock(run / "lock")
    try:
        return refresh(run)
    finally:
        os.close(handle)


def names_of(paths: Sequence[Path]) -> list[str]:
    """Return a unique name for each path: its last parts, as many as it takes."""
    whole = [path.resolve().parts for path in paths]
    if len(set(whole)) < len(whole):
        raise ValueError(f"a folder is named twice: {', '.join(map(str, paths))}")
    for depth in range(1, max(map(len, whole))):
        names = ["/".join(parts[-depth:]) for parts in whole]
        if len(set(names)) == len(names):
            return names
    return [str(path.resolve()) for path in paths]


def run_part(path: Path, name: str) -> RunPart:
    """Read a run, with the controls beside it, and judge its levels.

    Raises:
        FileNotFoundError: the folder holds no run, or lacks predictions; says which.
        Damaged: one of its files cannot be read.
    """
    if not (path / "config.json").is_file():
        raise FileNotFoundError(
            f"{path} holds neither a run (config.json) nor the results of a study (results.json)"
        )
    run = read_run(path)
    try:
        level_sparsities(run.recipe)
    except ValueError as error:
        raise Damaged(path / "config.json", error, "put back a copy of it") from error
    return RunPart(name, run, judged(run), progress(run), controls_of(run), headline_of(run))


def judged(run: RunRecord) -> list[Judged]:
    """Return the verdicts on every sparse level of a run beside its own dense network.

    Empty for a run without a dense level, such as a control. One seed: the rule of one standard
    deviation has no say and is left out.
    """
    if len(run.levels) < 2 or run.levels[0].level != 0:
        return []
    dense = run.predictions(0).by_key()
    tickets = [(level, run.predictions(level.level).by_key()) for level in run.levels[1:]]
    judged = []
    for metric in _metrics(run.levels[0]):
        for level, ticket in tickets:
            logits = dense.logits[None], ticket.logits[None]
            evidence = gather(metric, dense.labels, dense.groups, *logits)
            verdicts = judge(evidence).items()
            rules = {rule: vars(verdict) for rule, verdict in verdicts if rule != "one_sd"}
            judged.append(
                Judged(
                    level=level.level,
                    sparsity=level.sparsity,
                    metric=metric,
                    gain=vars(evidence.over_dense),
                    margin=stated_margin(metric, None),
                    rules=rules,
                )
            )
    return judged


def controls_of(run: RunRecord) -> list[Control]:
    """Return the finished controls of a run's levels that lie beside it, held to their tickets."""
    controls = []
    for other in find_controls(run):
        belongs = control_of(other.recipe)
        number = belongs.level
        level = next((level for level in run.levels if level.level == number), None)
        if level is None or not other.levels:
            continue
        control = other.predictions(other.levels[0].level).by_key()
        gains = _minus(run.predictions(number).by_key(), control, level)
        over_dense = {}
        if run.levels[0].level == 0:
            over_dense = _minus(control, run.predictions(0).by_key(), level)
        name = WORDS.get(belongs.kind, belongs.kind)
        controls.append(
            Control(belongs.kind, name, number, level.sparsity, other.levels[0], gains, over_dense)
        )
    return sorted(controls, key=lambda control: (control.sparsity, control.name))


def _minus(one: Predictions, other: Predictions, level: LevelRecord) -> dict[str, dict[str, Any]]:
    """Return by metric the paired difference of two networks; none of answers of another form."""
    if one.logits.shape != other.logits.shape:
        return {}
    pair = one.logits[None], other.logits[None], one.groups
    return {m: vars(paired_interval(m, one.labels, *pair)) for m in _metrics(level)}


def _metrics(level: LevelRecord) -> tuple[str, str]:
    return ("balanced_accuracy" if level.by_class else "auc"), "accuracy"


def progress(run: RunRecord) -> Progress | None:
    """Return how far a run is; None where it has ended."""
    if run.summary:
        return None
    finished = run.finished()
    done, planned = len(finished), planned_levels(run.recipe)
    log = run.path / "metrics.jsonl"
    records = run.log()
    last = max(((r["level"], r["step"]) for r in records), default=None)
    under_way = last is not None and last[0] not in finished
    steps = left = None
    if run.levels:  # those that were asked for, and so trained in full
        full = run.levels[0].last_step
        by_level = (full,) if run.recipe.derived else level_steps(run.recipe, full)
        at = last[1] if last and under_way else 0
        seconds = sum(level.seconds for level in run.levels) / len(run.levels) / full
        left = seconds * max(sum(by_level[done:]) - at, 0)
        steps = by_level[min(done, planned - 1)]
    return Progress(
        done=done,
        planned=planned,
        level=last[0] if last and under_way else None,
        step=last[1] if last and under_way else 0,
        steps=steps,
        seconds_left=left,
        stops_early=stops_early(run.recipe),
        written=_when(log.stat().st_mtime) if log.is_file() else None,
    )


def planned_levels(recipe: Recipe) -> int:
    """Return how many levels a run of this recipe has."""
    return 1 if recipe.derived else len(level_sparsities(recipe))


def _when(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))
