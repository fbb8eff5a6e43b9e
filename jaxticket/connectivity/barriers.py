"""Error barriers between two trainings of one ticket, and what they say.

The barrier is the highest error on the line between them above the mean of its two ends'. Below 2
points a ticket is stable against the noise of training (Frankle et al. 2020, 1912.05671, section
2); there, sparse tickets match their dense networks only where they are stable (section 4).
"""

from collections.abc import Mapping, Sequence
from math import isnan
from typing import Any

import jax.numpy as jnp
import numpy as np

from jaxticket.connectivity.line import alphas
from jaxticket.data import Examples
from jaxticket.statistics import group_interval, is_right
from jaxticket.training import cross_entropy
from jaxticket.verdicts.wording import UNJUDGED

STABLE = 0.02
"""Error barriers below are within the noise of training (1912.05671, section 2)."""

CURVE_COLUMNS = ("level", "sparsity", "pair", "split", "alpha", "error", "loss")


def wrong(labels: np.ndarray, logits: np.ndarray) -> np.ndarray:
    """Return which examples each place gets wrong, bool [points, N].

    Args:
        labels: int [N].
        logits: float [points, N, C]; one logit is positive for fake.
    """
    rows = logits[..., 0] if logits.shape[-1] == 1 else logits
    return np.array([~is_right(labels, row) for row in rows])


def losses(labels: np.ndarray, logits: np.ndarray) -> np.ndarray:
    """Return the mean cross entropy at each place, in nats, float [points]; see `wrong`."""
    right = jnp.asarray(labels)
    return np.array([float(np.mean(cross_entropy(jnp.asarray(row), right))) for row in logits])


def barrier(curve: np.ndarray) -> np.ndarray:
    """Return the largest value along a line minus the mean of its two ends (section 2 there).

    It is 0 or more, and half the ends' difference at least; in the curve's own unit.

    Args:
        curve: float [..., points], errors or losses.

    Returns:
        Float [...].
    """
    return curve.max(axis=-1) - (curve[..., 0] + curve[..., -1]) / 2


def barrier_interval(mistakes: np.ndarray, examples: Examples) -> tuple[float, float]:
    """Return the 95% interval of the error barrier, mean over pairs, by resampling groups whole.

    The highest place is looked for anew in every resample. As the largest of several noisy values
    it lies a little high, in the figure itself as in its resamples.

    Args:
        mistakes: bool [pairs, points, N].
        examples: whose groups are resampled.
    """
    table = np.moveaxis(mistakes.astype(float), -1, 0)

    def mean_barrier(_: np.ndarray, drawn: np.ndarray) -> float:
        return float(barrier(drawn.mean(axis=0)).mean())

    return group_interval(mean_barrier, examples.labels, table, examples.groups)


def stability(low: float, high: float) -> str:
    """Return `stable` or `unstable` where the whole interval is below or above `STABLE`.

    Otherwise `unclear`; without an interval `cannot be judged`.
    """
    if isnan(low):
        return UNJUDGED
    if high < STABLE:
        return "stable"
    return "unstable" if low >= STABLE else "unclear"


def curves(split: str, labels: np.ndarray, logits: Sequence[np.ndarray]) -> list[dict[str, Any]]:
    """Return a row for every pair and place: pair (from 1), split, alpha, error, loss.

    Args:
        split: its name.
        labels: int [N].
        logits: of each pair, float [points, N, C].
    """
    return [
        {"pair": pair, "split": split, "alpha": float(alpha), "error": float(error),
         "loss": float(loss)}
        for pair, rows in enumerate(logits, 1)
        for alpha, error, loss in zip(
            alphas(len(rows)), wrong(labels, rows).mean(axis=1), losses(labels, rows), strict=True
        )
    ]  # fmt: skip


def barriers(
    examples: Mapping[str, Examples], logits: Mapping[str, Sequence[np.ndarray]]
) -> dict[str, Any]:
    """Return a level's barriers by split, of errors and of losses, and the verdict on the test.

    Args:
        examples: by split, `test` among them.
        logits: by split, of each pair, float [points, N, C].
    """
    labels = {split: known.labels for split, known in examples.items()}
    mistakes = {
        split: np.array([wrong(labels[split], rows) for rows in pairs])
        for split, pairs in logits.items()
    }
    by_pair = {split: barrier(missed.mean(axis=-1)) for split, missed in mistakes.items()}
    loss = {
        split: barrier(np.array([losses(labels[split], rows) for rows in pairs]))
        for split, pairs in logits.items()
    }
    low, high = barrier_interval(mistakes["test"], examples["test"])
    return {
        "barrier": {split: float(heights.mean()) for split, heights in by_pair.items()},
        "barrier_by_pair": {split: heights.tolist() for split, heights in by_pair.items()},
        "loss_barrier": {split: float(heights.mean()) for split, heights in loss.items()},
        "test_interval": [low, high],
        "test_error_of_ends": mistakes["test"][:, [0, -1]].mean(axis=-1).tolist(),
        "verdict": stability(low, high),
    }
