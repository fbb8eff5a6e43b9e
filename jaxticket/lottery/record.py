"""What a finished level leaves behind: its evaluation, predictions and layers."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from msgspec.structs import replace

from jaxticket import masks as masks_lib
from jaxticket.data import Examples
from jaxticket.lottery import by_class
from jaxticket.lottery.divergence import weight_signs
from jaxticket.lottery.execution import Execution
from jaxticket.lottery.experiment import Experiment
from jaxticket.lottery.level import Trained, added
from jaxticket.lottery.rewinding import first_step
from jaxticket.lottery.signs import signs
from jaxticket.runs import Run
from jaxticket.runs.counts import count, keep_counts
from jaxticket.runs.levels import LEFT_OUT, SUMMARY_COLUMNS, LevelRecord
from jaxticket.runs.predictions import Predictions
from jaxticket.runs.spent import spent
from jaxticket.statistics import interval_ends
from jaxticket.training import all_metrics, of_logits
from jaxticket.trees import Tree, leaves_by_path, size

WITH_INTERVAL = ("accuracy", "balanced_accuracy", "auc")


def keep_level(
    experiment: Experiment,
    level: int,
    trained: Trained,
    thresholds: dict[str, float],
    before: list[LevelRecord],
    execution: Execution,
) -> None:
    """Evaluate a trained level on validation and, once, on test; keep it in the run folder.

    A level that only leads to the next one is not evaluated: its figures are null.

    Args:
        experiment: what all levels share.
        level: its number.
        trained: its training.
        thresholds: the largest magnitude removed, by scope.
        before: the evaluations of the levels before.
        execution: its run folder keeps the level, its log the figures.
    """
    clock = execution.clock
    earlier = dict(clock.seconds)
    logits: dict[str, np.ndarray] = {}
    splits = {"validation": experiment.validation, "test": experiment.test}
    if level in experiment.passing:
        splits = {}
    with clock.measure("evaluate"):
        for name in splits:
            logits[name] = experiment.predict(name, trained.weights)
    values = _training(experiment, level, trained, thresholds)
    if splits:
        with clock.measure("statistics"):
            values |= figures_of(experiment.validation, experiment.test, logits)
    balanced = experiment.balance != "none"
    classes = max(2, experiment.detector.num_logits)
    chance = math.log(classes) if balanced else chance_loss(experiment.train)
    seconds = added(trained.progress.seconds, clock.since(earlier))
    values |= {"seconds": sum(seconds.values()), "seconds_by_activity": seconds}
    record = LevelRecord(**values, signs=[], intervals=LEFT_OUT)
    if not experiment.search.is_full:
        chain = [[*before, record][number] for number in experiment.line(level)]
        whole = spent(chain, first_step(experiment, 1), drawn=True).steps
        record = replace(record, steps_spent=whole)
    evaluated = [other for other in before if other.named]
    last = evaluated[-1] if splits and evaluated else None
    more = undefined_metric(experiment, level, logits) if splits else []
    weights = trained.weights
    more += [
        f"level {level}: {sign}"
        for sign in weight_signs(
            weights.params, weights.batch_stats, weights.masks, experiment.prunable
        )
    ]
    record = replace(record, signs=[*signs(record, last, chance), *more])
    figures = {
        name: values[name]
        for name in SUMMARY_COLUMNS
        if name not in ("level", "seconds") and values[name] is not None
    }
    execution.log.append(level, values["last_step"], "level", figures)
    with clock.measure("checkpoint"):
        execution.sync()
        execution.run.keep_level(
            level,
            trained.weights,
            record,
            {name: predictions(examples, logits[name]) for name, examples in splits.items()},
            _layers(experiment, trained.weights.masks, thresholds),
        )


def undefined_metric(
    experiment: Experiment, level: int, logits: Mapping[str, np.ndarray]
) -> list[str]:
    """Return a warning where the watched metric, as a user's own, is NaN on validation."""
    name = experiment.budget.metric
    value = of_logits(experiment.validation.labels, logits["validation"], name)[name]
    return [f"level {level}: the metric {name} is NaN on validation"] if math.isnan(value) else []


def keep_data_counts(experiment: Experiment, run: Run) -> None:
    """Keep how many pictures of each method and compression the splits hold."""
    splits = ("train", "validation", "test")
    examples = {split: getattr(experiment, split) for split in splits}
    keep_counts(run.path, {name: count(e.methods, e.compressions) for name, e in examples.items()})


def chance_loss(examples: Examples) -> float:
    """Return the entropy of the labels in nats: the cross entropy of guessing by frequency."""
    shares = np.bincount(examples.labels) / len(examples.labels)
    return -sum(p * math.log(p) for p in shares.tolist() if p > 0)


def _training(
    experiment: Experiment, level: int, trained: Trained, thresholds: dict[str, float]
) -> dict[str, Any]:
    masks = trained.weights.masks
    alive = masks_lib.alive(masks, experiment.prunable)
    left = masks_lib.parameters_left(masks, experiment.prunable)
    last = int(trained.state.step)
    return dict.fromkeys(SUMMARY_COLUMNS) | {
        "level": level,
        "named": level not in experiment.passing,
        "sparsity": masks_lib.sparsity(masks, experiment.prunable),
        "weights_left": sum(alive.values()),
        "parameters": size(masks),
        "parameters_left": left,
        "sparsity_of_all": (size(masks) - left) / size(masks),
        "thresholds": thresholds,
        "dead_layers": [path for path, count in alive.items() if count == 0],
        "test_intervals": {},
        "last_step": last,
        "weights_of_step": trained.of_step,
        "epoch_losses": trained.progress.epoch_losses,
        "drawn_at": trained.progress.drawn_at if experiment.draws(level) else None,
        "mask_distances": trained.progress.distances or None,
    }


def figures_of(
    validation: Examples | Predictions,
    test: Examples | Predictions,
    logits: Mapping[str, np.ndarray],
) -> dict[str, Any]:
    """Return the figures of a level, fields of its `LevelRecord`.

    Args:
        validation: the split.
        test: likewise.
        logits: by split, float [N, 1] or [N, C].
    """
    if logits["test"].shape[1] > 1:
        return by_class.evaluation(validation, test, logits)
    scores = {split: values[:, 0] for split, values in logits.items()}
    chosen = all_metrics(validation.labels, scores["validation"])
    called = all_metrics(test.labels, scores["test"])
    return {
        "val_accuracy": chosen["accuracy"],
        "val_auc": chosen["auc"],
        "test_accuracy": called["accuracy"],
        "test_balanced_accuracy": called["balanced_accuracy"],
        "test_auc": called["auc"],
        "test_eer": called["eer"],
        "validation": chosen,
        "test": called,
        "test_intervals": {
            name: interval_ends(name, test.labels, scores["test"], test.groups)
            for name in WITH_INTERVAL
        },
        "validation_examples": len(validation),
        "test_examples": len(test),
    }


def predictions(examples: Examples, logits: np.ndarray) -> Predictions:
    """Return what a network answers for examples.

    Args:
        examples: in whose order the logits are.
        logits: float [N, 1] or [N, C].
    """
    return Predictions(
        keys=examples.keys,
        groups=examples.groups,
        videos=examples.videos,
        methods=examples.methods,
        labels=examples.labels,
        logits=logits[:, 0] if logits.shape[1] == 1 else logits,
        compressions=examples.compressions,
        classes=examples.classes,
    )


def _layers(
    experiment: Experiment, masks: Tree, thresholds: dict[str, float]
) -> list[dict[str, Any]]:
    leaves = leaves_by_path(masks)
    rows = []
    for path, left in masks_lib.alive(masks, experiment.prunable).items():
        total = int(leaves[path].size)
        rows.append({
            "layer": path,
            "weights": total,
            "weights_left": left,
            "sparsity": (total - left) / total,
            "threshold": thresholds.get(path, thresholds.get("global")),
        })  # fmt: skip
    return rows
