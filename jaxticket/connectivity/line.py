"""Linear mode connectivity: do trainings from one point find one valley, whatever the data order?

Two networks are trained from the same rewound ticket under different data orders, augmentations and
dropout, and the error is followed along the straight line between their weights (Frankle et al.
2020, 1912.05671, section 2). `barriers` says how high it rises, and what that means.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import replace

import jax
import numpy as np

from jaxticket import masks as masks_lib
from jaxticket.data import Examples, training_batches
from jaxticket.lottery.experiment import Experiment
from jaxticket.training.batch_statistics import BatchMoments, estimate_statistics
from jaxticket.trees import Tree
from jaxticket.weights import Weights

SPLITS = ("train", "validation", "test")


def splits_of(experiment: Experiment) -> dict[str, Examples]:
    """Return the examples of every split by its name."""
    return {name: getattr(experiment, name) for name in SPLITS}


def twin(experiment: Experiment, level: int, number: int) -> Experiment:
    """Return the experiment of a level's twin: another data order, augmentation and dropout.

    Args:
        experiment: the ticket's. Twin 0 is the ticket's own training: nothing changes.
        level: of the ticket.
        number: of the twin, 0 or more; its seed is a hash of (ticket's seed, level, number).
    """
    if number == 0:
        return experiment
    text = f"jaxticket twin {experiment.seed} {level} {number}"
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
    return replace(experiment, seed=seed, data_order="same")


def interpolate(params_a: Tree, params_b: Tree, alpha: float) -> Tree:
    """Return (1 - alpha) a + alpha b: exactly a at 0 and b at 1, zero where both are.

    Args:
        params_a: parameters.
        params_b: of the same structure.
        alpha: in [0, 1].
    """
    return jax.tree.map(lambda a, b: (1 - alpha) * a + alpha * b, params_a, params_b)


def alphas(points: int) -> np.ndarray:
    """Return evenly spaced places on the line, both ends among them, float [points].

    Raises:
        ValueError: fewer than 3, which leave nothing between the ends.
    """
    if points < 3:
        raise ValueError(f"--points must be 3 or more, to see between the two ends, got {points}")
    return np.arange(points) / (points - 1)


def logits_on_line(
    experiment: Experiment,
    batch_moments: BatchMoments,
    ends: tuple[Weights, Weights],
    points: int,
    batches: int,
) -> dict[str, np.ndarray]:
    """Return the logits of every split, float32 [points, N, C], from one end to the other.

    At every place, the ends too, batch statistics are estimated anew on the same training batches.

    Args:
        experiment: names splits, evaluation, and how training draws its batches.
        batch_moments: of the experiment's detector.
        ends: two trained networks, under the masks of the first.
        points: on the line.
        batches: training batches for the statistics.

    Raises:
        ValueError: an end has weights where the mask has none.
    """
    masks = ends[0].masks
    for which, end in zip(("first", "second"), ends, strict=True):
        if path := masks_lib.nonzero_where_pruned(masks, end.params):
            raise ValueError(f"the {which} network is not of this mask: {path} is not zero there")
    e = experiment
    logits: dict[str, list[np.ndarray]] = {name: [] for name in splits_of(e)}
    for alpha in alphas(points):
        params = interpolate(ends[0].params, ends[1].params, float(alpha))
        images = _training_images(e, batches)
        batch_stats = estimate_statistics(batch_moments, params, ends[0].batch_stats, images)
        place = Weights(params, batch_stats, masks)
        for name in logits:
            logits[name].append(e.predict(name, place))
    return {name: np.stack(rows) for name, rows in logits.items()}


def _training_images(e: Experiment, batches: int) -> Iterator[np.ndarray]:
    drawn = training_batches(
        e.train, e.budget.batch_size, seed=e.seed, balance=e.balance, mixture=e.mixture
    )
    return (batch["image"] for _, batch in zip(range(batches), drawn, strict=False))
