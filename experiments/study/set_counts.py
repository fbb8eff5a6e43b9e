"""How many pictures of each forgery method the networks of a study were trained on."""

from collections.abc import Mapping

from experiments.one_run.data import Data
from experiments.one_run.dataset_option import default_data_dir
from experiments.one_run.own_data import find_sets
from experiments.options.study import Study
from experiments.study.plan import dense_cell, set_names
from experiments.study.predictions import REAL
from jaxticket.data import open_prepared
from jaxticket.runs import read_recipe
from jaxticket.runs.counts import keep_counts, read_counts

TrainingCounts = Mapping[str, Mapping[str, int]]
"""Data set -> forgery method -> pictures in training, real ones apart."""


def count_older_runs(study: Study) -> None:
    """Keep the counts of dense networks of older versions whose data set is found."""
    for dataset in study.datasets:
        cell = dense_cell(study, study.models, [dataset])
        if cell is None or read_counts(cell) is not None:
            continue
        if sets := find_sets(cell, read_recipe(cell), study.data_dir or default_data_dir()):
            keep_counts(cell, Data(tuple(map(open_prepared, sets))).counts())


def training_counts(study: Study) -> TrainingCounts:
    """Return the counts, by `set_names`, of every data set that a dense network has kept them of.

    Runs of older versions have not; see `count_older_runs`.
    """
    counts = {}
    for dataset, name in set_names(study).items():
        cell = dense_cell(study, study.models, [dataset])
        if cell is not None and (kept := read_counts(cell)) is not None:
            counts[name] = {
                method: sum(by_compression.values())
                for method, by_compression in kept["train"].items()
                if method != REAL
            }
    return counts
