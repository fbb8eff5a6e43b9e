"""Trained on some forgeries or compressions, tested on each: what does a ticket make of the others?

    python -m experiments.imp --dataset=synthetic_ff --methods=Deepfakes --seed=0      and so on
    python -m experiments.across runs/imp_* --out=runs/across

Joins finished runs over their seeds and trains nothing. A row is what was trained on: a data set,
all of its forgery methods or those of --methods, at one sparsity. A column is what was tested: the
fakes of a method beside all real pictures, or the pictures of one compression. The test pictures
are those of the run's own data (always of every method) and those of every clean evaluation that
`experiments.evaluate` kept, a study's zero-shot ones too.
"""

from experiments.terminal.start import start

if __name__ == "__main__":
    start("across")  # here, since help needs no more imports

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from experiments.one_run.finished_run import refuse_unfinished
from experiments.options.across import Config
from experiments.study.pages.markdown import INTERVALS, SYNTHETIC, percents, with_ends
from experiments.study.predictions import REAL
from jaxticket.recipe import Recipe, values
from jaxticket.runs import RunRecord, read_run
from jaxticket.runs.evaluations import CLEAN, evaluation_folder, kept_predictions, read_figures
from jaxticket.runs.files import write_csv, write_text
from jaxticket.runs.predictions import Predictions
from jaxticket.statistics import Estimate, mean_interval
from jaxticket.text import count_text, markdown_table

METRIC = "auc"
OF_DATA = ("data_name", "data_fingerprint", "synthetic", "mixture", "methods")
OF_A_SEED = ("seed", "ticket_masks")
NAMED = ("criterion", "pruning", "scope", "rewind")
CLOSE = 1e-3
"""Levels of seeds are of one sparsity but for the rounding to whole weights."""
COLUMNS = (
    "model", "how", "trained_on", "tested_on", "sparsity", "by", "name", "metric", "value", "low",
    "high", "seeds", "groups", "examples", "synthetic",
)  # fmt: skip

Row = dict[str, Any]


def main(config: Config, console: Console) -> Path:
    """Write across.md and across.csv, and return the former.

    Raises:
        ValueError: no run is named, a run has not ended or is of another task, a seed stands there
            twice, or seeds were tested on other examples.
        FileNotFoundError: a folder holds no run.
    """
    if not config.run:
        raise ValueError("--run names no run: give the run folders, with commas between")
    runs = [read_run(path) for path in config.run]
    for run in runs:
        refuse_unfinished(run)
    rows = figures(runs, config.sparsities)
    if not rows:
        raise ValueError(f"no run has a level of the sparsities {config.sparsities}")
    config.out.mkdir(parents=True, exist_ok=True)
    named = ({name: row[name] for name in COLUMNS} for row in rows)
    write_csv(config.out / "across.csv", named, COLUMNS)
    path = config.out / "across.md"
    write_text(path, "\n".join(_text(rows)) + "\n")
    console.print(f"{count_text(len(runs), 'run')}; results {path}")
    return path


def figures(runs: Sequence[RunRecord], sparsities: Sequence[float]) -> list[Row]:
    """Return the figures, a row each, means over seeds with intervals over seeds and groups.

    Args:
        runs: finished ones.
        sparsities: those that are wanted; all without any.

    Raises:
        ValueError: see `main`.
    """
    rows: list[Row] = []
    for seeds in trainings(runs):
        for name, fingerprint, synthetic in _tested(seeds):
            for sparsity in _levels(seeds):
                if sparsities and all(abs(sparsity - wanted) > CLOSE for wanted in sparsities):
                    continue
                answers = _predictions(seeds, sparsity, name, fingerprint)
                recipe = seeds[0].recipe
                if not answers:
                    continue
                place = {
                    "model": recipe.model, "how": how(recipe),
                    "trained_on": trained_on(seeds[0]),
                    "tested_on": called(name, fingerprint, answers[0]), "sparsity": sparsity,
                    "metric": METRIC, "synthetic": synthetic or recipe.synthetic,
                }  # fmt: skip
                rows += [place | row for row in _estimates(answers)]
    return rows


def trainings(runs: Iterable[RunRecord]) -> list[list[RunRecord]]:
    """Group the runs that differ only in their seed.

    Raises:
        ValueError: two are of the same seed.
    """
    trained: dict[tuple[str, ...], dict[int, RunRecord]] = {}
    for run in runs:
        same = tuple(
            f"{k}={v}" for k, v in sorted(values(run.recipe).items()) if k not in OF_A_SEED
        )
        seeds = trained.setdefault(same, {})
        seed = run.recipe.seed
        if seed in seeds:
            raise ValueError(f"{seeds[seed].path} and {run.path} are one training of seed {seed}")
        seeds[seed] = run
    return [list(seeds.values()) for seeds in trained.values()]


def called(name: str, fingerprint: str, answers: Predictions) -> str:
    """Return a data set's name, its test pictures' compressions, its fingerprint's beginning."""
    compressions = ", ".join(sorted(set(answers.compressions) - {""}))
    at = f" at {compressions}" if compressions else ""
    return f"{name}{at} ({fingerprint[:8]})"


def trained_on(seed: RunRecord) -> str:
    """Return what a run's data set is called and, if not all, the methods in training."""
    recipe, answers = seed.recipe, seed.predictions(seed.levels[0].level)
    methods = f": {', '.join(recipe.methods)}" if recipe.methods else ""
    weights = f" x {recipe.mixture}" if recipe.mixture else ""
    return f"{called(recipe.data_name, recipe.data_fingerprint, answers)}{weights}{methods}"


def how(recipe: Recipe) -> str:
    """Return how a run was trained and pruned: a table holds only runs that agree in it."""
    chosen = values(recipe)
    first = ", ".join(str(chosen[name]) for name in NAMED)
    rest = {k: v for k, v in chosen.items() if k not in (*OF_DATA, *OF_A_SEED, *NAMED, "model")}
    return f"{first}; {', '.join(f'{k} {v}' for k, v in sorted(rest.items()) if v is not None)}"


def _tested(seeds: Sequence[RunRecord]) -> list[tuple[str, str, bool]]:
    """Return (name, fingerprint, synthetic) of each data set tested on, the run's own first."""
    recipe = seeds[0].recipe
    tested = {recipe.data_fingerprint: (recipe.data_name, recipe.synthetic)}
    for run in seeds:
        for figures in read_figures(run.path):
            if figures.split == "test":
                tested.setdefault(figures.data_fingerprint, (figures.data_name, figures.synthetic))
    return [(name, key, synthetic) for key, (name, synthetic) in tested.items()]


def _levels(seeds: Sequence[RunRecord]) -> list[float]:
    return sorted({round(level.sparsity, 3) for run in seeds for level in run.levels})


def _predictions(
    seeds: Sequence[RunRecord], sparsity: float, name: str, fingerprint: str
) -> list[Predictions]:
    """Return the predictions of every seed that has the level and was tested there.

    Raises:
        ValueError: two seeds were tested on other examples.
    """
    known: list[Predictions] = []
    for seed in seeds:
        level = min(seed.levels, key=lambda level: abs(level.sparsity - sparsity))
        if abs(level.sparsity - sparsity) > CLOSE:
            continue
        if fingerprint == seed.recipe.data_fingerprint:
            answers = seed.predictions(level.level)
        else:
            folder = evaluation_folder(seed.path, name, fingerprint, "test")
            answers = kept_predictions(folder, fingerprint, CLEAN, level.level)
        if answers is None:
            continue
        if known and not np.array_equal(answers.keys, known[0].keys):
            raise ValueError(f"{seed.path} was tested on other examples of {name} than other seeds")
        known.append(answers)
    return known


def _estimates(seeds: Sequence[Predictions]) -> Iterable[Row]:
    """Yield all, every method and every compression; what has one class is left out."""
    labels, groups, compressions = seeds[0].labels, seeds[0].groups, seeds[0].compressions
    methods = np.where(labels == 0, REAL, seeds[0].methods)
    logits = np.stack([answers.logits for answers in seeds])
    parts = [("all", "all", np.ones(len(labels), bool))]
    for name in sorted(set(methods) - {REAL}):
        parts.append(("method", str(name), (labels == 0) | (methods == name)))
    if len(levels := np.unique(compressions)) > 1:
        parts += [("compression", str(name), compressions == name) for name in levels]
    for by, name, chosen in parts:
        if len(set(labels[chosen])) > 1:
            estimate = mean_interval(METRIC, labels[chosen], logits[:, chosen], groups[chosen])
            yield {
                "by": by, "name": name, "value": estimate.value, "low": estimate.low,
                "high": estimate.high, "seeds": estimate.seeds, "groups": estimate.groups,
                "examples": int(chosen.sum()), "estimate": estimate,
            }  # fmt: skip


def _text(rows: Sequence[Row]) -> Iterable[str]:
    yield from ["# Trained on some, tested on each", ""]
    if any(row["synthetic"] for row in rows):
        yield from [SYNTHETIC, ""]
    yield (
        "AUC of networks on test pictures that they may not have been trained for; nothing was "
        "trained on those, and no verdict is made here. A method: its fakes beside all real "
        "pictures of the set; a compression: all pictures of it. Behind a data set's name stands "
        "the beginning of its content's fingerprint, behind a colon the forgery methods in "
        f"training; without one, all. n is the number of seeds. {INTERVALS}"
    )
    yield ""
    for model, way in dict.fromkeys((row["model"], row["how"]) for row in rows):
        yield from [f"## {model}", "", f"How: {way}.", ""]
        alike = [row for row in rows if (row["model"], row["how"]) == (model, way)]
        for tested in dict.fromkeys(row["tested_on"] for row in alike):
            yield from [f"### Tested on {tested}", ""]
            yield from _table([row for row in alike if row["tested_on"] == tested])


def _table(rows: Sequence[Row]) -> Iterable[str]:
    """Return the table: a row for each training and sparsity, a column for each tested part."""
    columns = list(dict.fromkeys((row["by"], row["name"]) for row in rows))
    cells: dict[tuple[float, str], dict[tuple[str, str], Estimate]] = {}
    for row in rows:
        estimates = cells.setdefault((row["sparsity"], row["trained_on"]), {})
        estimates[row["by"], row["name"]] = row["estimate"]
    order = list(dict.fromkeys(row["trained_on"] for row in rows))
    lines = [
        (
            name, percents(sparsity), str(max(estimate.seeds for estimate in estimates.values())),
            *(with_ends(estimates.get(column)) for column in columns),
        )
        for (sparsity, name), estimates in sorted(
            cells.items(), key=lambda item: (item[0][0], order.index(item[0][1]))
        )
    ]  # fmt: skip
    names = [name if by == "all" else f"{by} {name}" for by, name in columns]
    return markdown_table(["trained on", "sparsity", "n", *names], lines)
