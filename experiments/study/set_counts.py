"""How many pictures of each forgery method the networks of a study were trained on."""

from collections.abc import Mapping

from experiments.options.study import Study
from experiments.study.plan import dense_cell
from experiments.study.predictions import REAL
from jaxticket.runs.counts import read_counts

TrainingCounts = Mapping[str, Mapping[str, int]]
"""Data set -> forgery method -> pictures in training, real ones apart."""


def training_counts(study: Study) -> TrainingCounts:
    """Return the counts of every data set that a dense network has kept them of.

    Runs of older versions have not.
    """
    counts = {}
    for dataset in study.datasets:
        cell = dense_cell(study, study.models, [dataset])
        if cell is not None and (kept := read_counts(cell)) is not None:
            counts[dataset] = {
                method: sum(by_compression.values())
                for method, by_compression in kept["train"].items()
                if method != REAL
            }
    return counts
