"""What do the tickets of a run say of other pictures? Zero-shot transfer and corruptions.

    python -m experiments.evaluate --run=runs/imp_... --dataset=synthetic_cd \
        --corruptions=jpeg:all,blur:3

Predicts every example of a split once with every level that the run kept. Nothing is trained, and
the threshold stays at 0. What comes out lies below the run folder, in evaluations: predictions, and
all figures in one table, with 95% intervals over groups: by level and corruption, by forgery
method, by compression; against the dense level, and against the pictures as they are. What is there
is not done again. Four levels of a CNN-5 on 850 pictures take about 8 seconds a corruption on two
busy CPU cores.
"""

from experiments.terminal.start import start
from jaxticket.text import count_text

if __name__ == "__main__":
    start("evaluate")  # here, since help needs no more imports

from collections import Counter
from pathlib import Path
from typing import Any

from msgspec import to_builtins
from rich.console import Console

from experiments.one_run.data import Data, open_data_of
from experiments.one_run.dataset_option import default_data_dir
from experiments.one_run.finished_run import (
    SKIP_LIMIT,
    kept_levels,
    refuse_unfinished,
)
from experiments.one_run.own_data import notes_of
from experiments.options.evaluate import Config
from experiments.terminal.evaluation_tables import Progress, tables
from jaxticket.data import Examples, parse_corruptions
from jaxticket.evaluation.figures import collect
from jaxticket.evaluation.predict import CORRUPTION_SEED, Source, predict_elsewhere
from jaxticket.loading import load_level
from jaxticket.recipe import values
from jaxticket.runs import RunRecord, read_run
from jaxticket.runs.evaluations import Evaluations
from jaxticket.training import make_evaluate


def main(config: Config, console: Console) -> Path:
    """Evaluate, and return the folder of the evaluation.

    Raises:
        ValueError: the run has not ended, is of another task, or the data or an option are wrong.
        FileNotFoundError: there is no such run or level.
        BlockingIOError: another process evaluates this run.
    """
    source_run = read_run(config.run)
    refuse_unfinished(source_run)
    corruptions = parse_corruptions(",".join(config.corruptions) or "none")
    records = {record.level: record for record in source_run.levels}
    wanted = kept_levels(config.levels, source_run)
    data_dir = config.data_dir or default_data_dir()
    data = open_data_of(source_run, config.dataset, data_dir, SKIP_LIMIT, console, testing=True)
    recipe = source_run.recipe
    examples = data.load_split(config.split, recipe.image_size, one_class=True)
    levels = {level: load_level(config.run, level) for level in records}
    detector = levels[wanted[0]].detector
    weights = {level: loaded.weights for level, loaded in levels.items()}
    source = Source(examples, data.fingerprint, weights)
    dense = next((level for level, record in records.items() if record.sparsity == 0), None)
    console.print(_size_line(config, data, examples))
    with Evaluations(config.run, data.name, data.fingerprint, config.split) as kept:
        with Progress(console, len(corruptions), len(examples)) as progress:
            predict_elsewhere(
                source, wanted, corruptions, make_evaluate(detector), recipe.batch_size, kept,
                progress,
            )  # fmt: skip
        cells = collect(source, dense, kept, map(str, filter(None, corruptions)))
        rows = [
            {"corruption": cell["corruption"], "level": cell["level"], **row}
            for cell in cells
            for row in cell["rows"]
        ]
        kept.write_figures(_header(source_run, data, config.split, examples) | {"cells": cells},
                           rows)  # fmt: skip
        title = f"{config.run.name} on {_named(data, examples)}, {config.split} split, frames"
        shown = {level: record.sparsity for level, record in records.items()}
        for table in tables(rows, shown, title):
            console.print(table)
        if data.synthetic:
            console.print("synthetic pictures: they stand for no real data set")
        console.print(f"figures {kept.path / 'figures.csv'}")
    return kept.path


def _named(data: Data, examples: Examples) -> str:
    """The name of the data, with the compressions where they are known."""
    compressions = ", ".join(sorted(set(examples.compressions) - {""}))
    return f"{data.name} at {compressions}" if compressions else data.name


def _size_line(config: Config, data: Data, examples: Examples) -> str:
    return (
        f"{_named(data, examples)}, {config.split} split: "
        f"{count_text(len(examples), 'picture')} of "
        f"{count_text(len(set(examples.videos)), 'video')} in "
        f"{count_text(len(set(examples.groups)), 'group')}"
    )


def _header(source: RunRecord, data: Data, split: str, examples: Examples) -> dict[str, Any]:
    """What the figures are of, ready for JSON."""
    names = ("level", "sparsity", "weights_left")
    return {
        "kind": "zero_shot",
        "threshold": 0.0,
        "run": {
            name: values(source.recipe).get(name)
            for name in ("model", "seed", "control", "methods")
        },
        "trained_on": source.recipe.data_name,
        "trained_on_fingerprint": source.recipe.data_fingerprint,
        "data_name": data.name,
        "data_fingerprint": data.fingerprint,
        "synthetic": data.synthetic,
        "split": split,
        "examples": len(examples),
        "videos": len(set(examples.videos)),
        "groups": len(set(examples.groups)),
        "methods": dict(sorted(Counter(examples.methods.tolist()).items())),
        "compressions": dict(sorted(Counter(examples.compressions.tolist()).items())),
        "corruption_seed": CORRUPTION_SEED,
        "data": to_builtins(notes_of(data.sets)),
        "levels": [{name: getattr(record, name) for name in names} for record in source.levels],
    }
