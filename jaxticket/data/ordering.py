"""Orders of examples that are pure functions of (seed, position), by Grain."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from jaxticket.data.mixing import Mixture

if TYPE_CHECKING:
    import grain

BALANCES = ("none", "sampling", "loss")


def batch_order(
    labels: np.ndarray, batch_size: int, seed: int, balance: str, mixture: Mixture | None
) -> grain.MapDataset:
    """The positions of the examples in each batch: int64 [batch_size] at every step.

    Args:
        labels: int [N], real 0 and fake 1.
        batch_size: examples in a batch.
        seed: of the order.
        balance: one of `BALANCES`; `loss` has the order of `none`.
        mixture: how to draw from the parts of the examples, None for one set.

    Raises:
        ValueError: there is only one class where classes are to take turns.
    """
    import grain

    if mixture is not None:
        parts = [
            _classes_in_turn(labels, part, seed, f"{number} ")
            if balance == "sampling"
            else _endless(part, seed, f"{number} all")
            for number, part in enumerate(mixture.parts())
        ]
        return _batched(grain.MapDataset.mix(parts, mixture.weights), batch_size)
    if balance == "sampling":
        return _batched(_classes_in_turn(labels, np.arange(len(labels)), seed), batch_size)
    # Epochs are whole: what is left over of one is not carried into the next.
    order = grain.MapDataset.range(len(labels)).seed(_grain_seed(seed, "all")).shuffle()
    return _batched(order, batch_size).repeat()


def class_weights(labels: np.ndarray) -> np.ndarray:
    """The weight n / (2 n_class) of every example, float32 [n]; the mean is 1.

    Raises:
        ValueError: there is only one class.
    """
    counts = np.bincount(labels, minlength=2)
    _check_both_classes(counts)
    return (len(labels) / (2 * counts))[labels].astype(np.float32)


def _classes_in_turn(
    labels: np.ndarray, indices: np.ndarray, seed: int, order: str = ""
) -> grain.MapDataset:
    """Real and fake ones of `indices` in turn, without an end."""
    import grain

    _check_both_classes(np.bincount(labels[indices], minlength=2))
    classes = [
        _endless(indices[labels[indices] == label], seed, order + name)
        for label, name in enumerate(("real", "fake"))
    ]
    return grain.MapDataset.mix(classes, [0.5, 0.5])


def _endless(indices: np.ndarray, seed: int, order: str) -> grain.MapDataset:
    """All of `indices` in a shuffled order, then in another, without an end."""
    import grain

    source = grain.MapDataset.source(indices.tolist())
    return source.seed(_grain_seed(seed, order)).shuffle().repeat()


def _batched(indices: grain.MapDataset, batch_size: int) -> grain.MapDataset:
    return indices.batch(batch_size, drop_remainder=True, batch_fn=np.array)


def _check_both_classes(counts: np.ndarray) -> None:
    if not counts.all():
        raise ValueError(
            f"balancing needs both classes, but there are {counts[0]} real and {counts[1]} fake "
            "examples"
        )


def _grain_seed(seed: int, order: str) -> int:
    """A seed of 32 bits.

    Grain shuffles epoch e by seed + e: neighbouring seeds taken as they are could give one run the
    orders of another, shifted by an epoch.
    """
    digest = hashlib.sha256(f"jaxticket order {order} {seed}".encode()).digest()
    return int.from_bytes(digest[:4], "big")
