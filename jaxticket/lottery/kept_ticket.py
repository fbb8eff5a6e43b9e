"""A kept level of a run as a ticket: its network, and everything that is said of it."""

from pathlib import Path
from typing import Any

import jax
import numpy as np

from jaxticket import graph
from jaxticket.lottery.experiment import parse_rewind
from jaxticket.models import Detector, NoGraph, trace
from jaxticket.recipe import to_json
from jaxticket.runs import Damaged, RunRecord, read_beginning, read_level, read_recipe, read_run
from jaxticket.runs.calibrations import read_calibration
from jaxticket.runs.checkpoints import COPY, restore_tree
from jaxticket.runs.levels import Figures, Intervals, level_folder, read_evaluation
from jaxticket.runs.predictions import Predictions
from jaxticket.statistics import interval_ends
from jaxticket.tickets import Manifest, RewindPoint, Ticket, by_path
from jaxticket.tickets.manifest import Data, Figure, Metrics, Preprocessing, Split
from jaxticket.trees import Tree, prunable_paths
from jaxticket.weights import Weights

TICKET_FILE = "ticket.safetensors"


def kept_ticket(path: Path, level: int, detector: Detector, weights: Weights) -> Ticket:
    """Return a level of a run folder, finished or not, as a ticket; the folder stays as it is.

    Args:
        path: the run folder.
        level: its number; evaluated, and none that only leads to the next.
        detector: the network of the run, as wide as it was trained.
        weights: those of the level.

    Raises:
        FileNotFoundError: a file of the level is missing.
        Damaged: a file of it cannot be read.
        ValueError: the level was not evaluated.
    """
    run = read_run(path)
    recipe = run.recipe
    prunable = prunable_paths(
        weights.params, detector.output_layer, prune_output=recipe.prune_output
    )
    masks = by_path(weights.masks)
    row = detector.architecture
    record = read_evaluation(path, level)
    manifest = Manifest(
        schema=2,
        model=recipe.model,
        width=float(getattr(detector.module, "width", 1.0)),
        classes=list(recipe.classes or ("real", "fake")),
        logits=detector.num_logits,
        image_size=recipe.image_size,
        prunable={},
        level=level,
        sparsity=record.sparsity,
        weights_left=record.weights_left,
        data=Data(
            name=recipe.data_name,
            fingerprint=recipe.data_fingerprint,
            synthetic=recipe.synthetic,
        ),
        seed=recipe.seed,
        rewind=recipe.rewind,
        preprocessing=Preprocessing(mean=list(row.mean), std=list(row.std)),
        recipe=to_json(recipe),
        metrics=_metrics(run, level),
        versions=dict(run.environment),
        graph=_graph(detector, recipe.image_size),
        calibration=read_calibration(path, level),
    )
    return Ticket(
        by_path(weights.params),
        by_path(weights.batch_stats),
        {name: masks[name] for name in prunable},
        manifest,
    )


def kept_rewind(path: Path, ticket: Ticket) -> RewindPoint:
    """Return the state in which the training of a run's ticket began, pruned by its masks.

    That is the beginning, with `step:K` the state at step K with its moments, and with `lr` and
    `none` the weights of the level that the ticket was pruned from.

    Args:
        path: the run folder.
        ticket: one of its levels.

    Raises:
        FileNotFoundError: the run did not keep it, as where the level before only led to this one;
            or the run is a control, whose beginning is its ticket's.
        Damaged: it cannot be read.
    """
    recipe, level = read_recipe(path), ticket.manifest.level
    kind = parse_rewind(recipe.rewind).kind
    optimizer, step = {}, 0
    if level > 0 and kind == "step":
        if not (path / "rewind").exists():
            raise FileNotFoundError(f"{path / 'rewind'}, the state that was rewound to, is missing")
        match restore_tree(path / "rewind"):
            case {"params": params, "batch_stats": batch_stats, "step": at, "opt_state": moments}:
                step, optimizer = int(at), by_place(moments)
            case _:
                reason = "it holds other arrays than the state of a training"
                raise Damaged(path / "rewind", reason, COPY)
    elif level > 0 and kind in ("lr", "none"):
        weights = read_level(path, 0 if recipe.pruning == "one_shot" else level - 1)
        params, batch_stats = weights.params, weights.batch_stats
        step = _first_step(path, level) if kind == "none" else 0
    else:
        weights = read_beginning(path)
        params, batch_stats = weights.params, weights.batch_stats
    return RewindPoint(by_path(params), by_path(batch_stats), optimizer, step)


def by_place(tree: Tree) -> dict[str, np.ndarray]:
    """Return the leaves of an optimizer's state as NumPy arrays, by their places in it."""
    leaves, _ = jax.tree_util.tree_flatten_with_path(tree)
    return {
        jax.tree_util.keystr(place, simple=True, separator="/"): np.asarray(leaf)
        for place, leaf in leaves
    }


def _first_step(path: Path, level: int) -> int:
    """Return the step at which a level went on, by its last one and its epochs."""
    dense, sparse = read_evaluation(path, 0), read_evaluation(path, level)
    steps_per_epoch = dense.last_step // len(dense.epoch_losses)
    return sparse.last_step - steps_per_epoch * len(sparse.epoch_losses)


def _graph(detector: Detector, image_size: int) -> dict[str, Any] | None:
    """Return the forward pass; None of a detector of the user's own that cannot be written down."""
    try:
        return graph.to_json(trace(detector, image_size))
    except NoGraph:
        return None


def _metrics(run: RunRecord, level: int) -> Metrics:
    record = read_evaluation(run.path, level)
    if record.validation is None or record.test is None:
        raise ValueError(
            f"level {level} of {run.path} has no figures: it only leads to the next one, or an "
            f"older version kept it; see {level_folder(run.path, level)}"
        )
    chosen, called = run.predictions(level, "validation"), run.predictions(level, "test")
    ends = {
        name: interval_ends(name, chosen.labels, chosen.logits, chosen.groups)
        for name in record.test_intervals
    }
    return Metrics(
        validation=_split(chosen, record.validation, ends),
        test=_split(called, record.test, record.test_intervals),
    )


def _split(answers: Predictions, figures: Figures, ends: Intervals) -> Split:
    return Split(
        examples=len(answers),
        groups=len(np.unique(answers.groups)),
        figures={
            name: Figure(_plain(value), *map(_plain, ends.get(name, (None, None))))
            for name, value in figures.items()
        },
    )


def _plain(value: Any) -> float | None:
    """None for what is not defined."""
    return None if value is None or value != value else float(value)
