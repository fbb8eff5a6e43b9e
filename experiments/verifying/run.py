"""A run folder, part by part: whole, and does each part say the same as the others?"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import jax
import msgspec
import numpy as np

from experiments.verifying.parts import Part, checked
from experiments.verifying.ticket import ticket_parts
from jaxticket.lottery.kept_ticket import TICKET_FILE
from jaxticket.lottery.record import figures_of
from jaxticket.recipe import Recipe
from jaxticket.runs import LevelRecord, RunRecord, files, read_level, read_recipe, read_run
from jaxticket.runs.attention import AGAIN, read_looks, read_made_from, saliency_folder
from jaxticket.runs.calibrations import CALIBRATION, read_calibration
from jaxticket.runs.checkpoint_digest import kept_sha256
from jaxticket.runs.checkpoints import Partial, restore_tree
from jaxticket.runs.counts import read_counts
from jaxticket.runs.damage import Damaged
from jaxticket.runs.efficiency import efficiency_folder, read_efficiency
from jaxticket.runs.evaluations import check_predictions, read_figures
from jaxticket.runs.files import read_typed
from jaxticket.runs.folder import DRAWN, read_executed_steps
from jaxticket.runs.layers import LAYERS
from jaxticket.runs.levels import (
    EVALUATION,
    is_finished,
    level_folder,
    level_numbers,
    read_evaluation,
    train_again,
)
from jaxticket.runs.log import LOG
from jaxticket.runs.looks import PICTURES
from jaxticket.runs.notes import read_notes
from jaxticket.runs.opening import OTHER_RUN
from jaxticket.runs.reader import NO_CURVES
from jaxticket.text import count_text
from jaxticket.tickets import rewind_file
from jaxticket.trees import leaves_by_path

EVENTS = "tensorboard"
WRITTEN_AGAIN = "the same command that made the run writes it again"


def run_parts(path: Path) -> Iterator[Part]:
    """Yield the parts of a run folder, finished or not; it is not locked and stays as it is."""
    config = _json(path / "config.json", lambda: read_recipe(path).model)
    yield config
    older = config.state == "unchecked"  # such a run may lack what was not kept then
    yield _json(path / "environment.json", partial(_environment, path / "environment.json"))
    for name, read in (("counts.json", read_counts), ("notes.json", read_notes)):
        if not older or (path / name).exists():
            yield _json(path / name, partial(_optional, path / name, partial(read, path)))
    yield checked(path / "executed_steps", lambda: f"{read_executed_steps(path):,} steps")
    for name in ("init", "rewind"):
        if (path / name).exists() or name == "init":
            yield _tree(path / name, f"{OTHER_RUN}, or remove {path} to start anew")
    for level in level_numbers(path):
        yield from _level(path, level)
    yield from _whole(path, older=older)
    yield from _looks(path)
    yield from _others(path)
    if (path / EVENTS).exists():
        yield Part(path / EVENTS, "unchecked", "TensorBoard's events, which no result is read from")


def _json(path: Path, check: Callable[[], object]) -> Part:
    """Return JSON that says its own SHA-256, unless an earlier version wrote it."""
    sealed = path.is_file() and files.says_sha256(path.read_bytes())
    return checked(path, lambda: str(check() or "read"), sealed=sealed)


def _environment(path: Path) -> str:
    said = read_typed(path, dict[str, object], "it is not known what the run began on; remove it")
    return f"{len(said)} entries"


def _optional(path: Path, read: Callable[[], object]) -> str:
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: {WRITTEN_AGAIN}")
    read()
    return "read"


def _tree(path: Path, remedy: str) -> Part:
    def restore() -> str:
        if not path.exists():
            raise FileNotFoundError(f"{path} is missing: {remedy}")
        return count_text(len(jax.tree.leaves(restore_tree(path, remedy=remedy))), "array")

    try:
        sealed = kept_sha256(path) is not None
    except (ValueError, OSError):
        sealed = True
    return checked(path, restore, sealed=sealed)


def _level(path: Path, level: int) -> Iterator[Part]:
    folder, again = level_folder(path, level), train_again(path, level)
    if not is_finished(path, level):
        yield Part(folder, "whole", "under way: the same command goes on with it")
        inner = folder / "partial"
        if inner.exists():
            yield checked(
                inner, lambda: "a checkpoint" if Partial(inner).restore(None) else "empty"
            )
        return
    yield _json(folder / EVALUATION, lambda: f"level {read_evaluation(path, level).level}")
    for name in ("checkpoint", DRAWN):
        if (folder / name).exists():
            yield _tree(folder / name, again)
    try:
        record = read_evaluation(path, level)
    except (ValueError, OSError):
        return
    run = RunRecord(path, Recipe(model=""), {}, [record], {})  # of the recipe nothing is read
    for split in ("validation", "test") if record.named else ():
        name = f"predictions_{split}.csv"
        check = partial(_predictions, run, level, split)
        yield checked(folder / name, check, sealed=record.digest(name) is not None)
    yield checked(
        folder / LAYERS, partial(_layers, run, record), sealed=record.digest(LAYERS) is not None
    )
    if record.named:
        yield checked(folder / EVALUATION, partial(_figures, run, record))
    if (folder / CALIBRATION).exists():
        yield _json(
            folder / CALIBRATION, lambda: "read" if read_calibration(path, level) else "stale"
        )


def _predictions(run: RunRecord, level: int, split: str) -> str:
    return count_text(len(run.predictions(level, split)), "example")


def _layers(run: RunRecord, record: LevelRecord) -> str:
    """Hold layers.csv to the evaluation, and to the masks where they are kept."""
    rows, path = run.layers(record.level), level_folder(run.path, record.level)
    left = {row.layer: row.weights_left for row in rows}
    again = train_again(run.path, record.level)
    if sum(left.values()) != record.weights_left:
        raise Damaged(path / LAYERS, f"not the {record.weights_left:,} of {EVALUATION}", again)
    if (path / "checkpoint").is_dir():
        masks = leaves_by_path(read_level(run.path, record.level).masks)
        alive = {name: int(np.count_nonzero(masks[name])) for name in left if name in masks}
        if alive != left:
            raise Damaged(path / LAYERS, "other counts than the masks of its checkpoint", again)
    return f"{record.weights_left:,} weights left in {count_text(len(rows), 'layer')}"


def _figures(run: RunRecord, record: LevelRecord) -> str:
    """Hold an evaluation to the predictions that it was computed from."""
    answers = {split: run.predictions(record.level, split) for split in ("validation", "test")}
    logits = {split: a.logits.reshape(len(a), -1) for split, a in answers.items()}
    made = files.plain(msgspec.to_builtins(figures_of(**answers, logits=logits)))
    said = files.plain(record.plain())
    known = [name for name in made if said.get(name) is not None]
    if other := [name for name in known if made[name] != said[name]]:
        raise Damaged(
            level_folder(run.path, record.level) / EVALUATION,
            f"its predictions give other values of {', '.join(other)}",
            train_again(run.path, record.level),
        )
    return "the predictions give its figures again"


def _whole(path: Path, *, older: bool) -> Iterator[Part]:
    """Yield what is of all levels: the log, the summary, the ticket."""
    try:
        run = read_run(path)
    except FileNotFoundError as error:
        yield Part(path, "missing", str(error))
        return
    except (ValueError, OSError) as error:
        if not isinstance(error, Damaged):
            yield Part(path, "damaged", str(error))
        elif error.path == path / "summary.json":
            yield Part(error.path, "damaged", str(error))
        return
    known = any(record.digest(LOG) for record in run.levels)
    if known and not (path / LOG).exists():
        yield Part(path / LOG, "missing", NO_CURVES)
    elif (path / LOG).exists():
        yield checked(path / LOG, lambda: count_text(len(run.log()), "record"), sealed=known)
    if run.summary:
        yield _json(path / "summary.json", lambda: run.headline and "with a headline")
        ticket = path / TICKET_FILE
        if not older or ticket.exists():
            yield from ticket_parts(ticket, WRITTEN_AGAIN)
        point = rewind_file(ticket)
        begins = not run.recipe.derived and run.recipe.rewind.startswith(("init", "step"))
        if begins and not older and not point.exists():
            yield Part(point, "missing", WRITTEN_AGAIN)


def _looks(path: Path) -> Iterator[Part]:
    folder = saliency_folder(path)
    for place in sorted(file.parent for file in folder.rglob("figures.json")):
        yield _json(place / "figures.json", lambda place=place: f"{len(read_looks(place))} look")
        yield _json(
            place / "made_from.json",
            lambda place=place: (
                read_typed(place / "made_from.json", dict[str, object], AGAIN) and "read"
            ),
        )
        digest = read_made_from(place).get(PICTURES)
        if digest or (place / PICTURES).exists():
            check = partial(_pictures, place, digest)
            yield checked(place / PICTURES, check, sealed=bool(digest))


def _pictures(place: Path, digest: str | None) -> str:
    try:
        return count_text(files.read_whole(place / PICTURES, AGAIN, digest).count(b"\n"), "line")
    except FileNotFoundError as error:
        raise FileNotFoundError(f"{place / PICTURES} is missing: {AGAIN}") from error


def _others(path: Path) -> Iterator[Part]:
    if efficiency_folder(path).exists():
        file = efficiency_folder(path) / "efficiency.json"
        yield _json(file, lambda: read_efficiency(path) and "read")
    for file in sorted(path.glob("evaluations/*/*/figures.json")):
        yield _json(file, lambda: f"{len(read_figures(path))} splits")
    for stem in sorted({file.with_suffix("") for file in path.glob("evaluations/*/*/*/level_*")}):
        yield checked(stem.with_suffix(".csv"), partial(check_predictions, stem))
