"""Orders of examples that are pure functions of (seed, position), by Grain."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from jaxticket.data.mixing import Mixture
from jaxticket.data.prepared import LABELS

if TYPE_CHECKING:
    import grain

BALANCES = ("none", "sampling", "loss")


def batch_order(
    labels: np.ndarray, batch_size: int, seed: int, balance: str, mixture: Mixture | None
) -> grain.MapDataset:
    """Return the positions of the examples in each batch: int64 [batch_size] at every step.

    Args:
        labels: int [N], numbers of the classes: real 0 and fake 1, or one a method.
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
    """Return the weight n / (C n_class) of every example, float32 [n]; the mean is 1.

    C is the number of classes that have examples.

    Raises:
        ValueError: there is only one class.
    """
    _, member, counts = np.unique(labels, return_inverse=True, return_counts=True)
    _check_several_classes(labels)
    return (len(labels) / (len(counts) * counts))[member].astype(np.float32)


def _classes_in_turn(
    labels: np.ndarray, indices: np.ndarray, seed: int, order: str = ""
) -> grain.MapDataset:
    """Take the classes of `indices` in turn, an example of each, endlessly."""
    import grain

    _check_several_classes(labels[indices])
    names = dict(enumerate(LABELS))
    classes = [
        _endless(indices[labels[indices] == label], seed, order + names.get(label, str(label)))
        for label in np.unique(labels[indices]).tolist()
    ]
    return grain.MapDataset.mix(classes, [1 / len(classes)] * len(classes))


def _endless(indices: np.ndarray, seed: int, order: str) -> grain.MapDataset:
    """Repeat `indices` endlessly, each time in another shuffled order."""
    import grain

    source = grain.MapDataset.source(indices.tolist())
    return source.seed(_grain_seed(seed, order)).shuffle().repeat()


def _batched(indices: grain.MapDataset, batch_size: int) -> grain.MapDataset:
    return indices.batch(batch_size, drop_remainder=True, batch_fn=np.array)


def _check_several_classes(labels: np.ndarray) -> None:
    reals = int(np.sum(labels == 0))
    if len(np.unique(labels)) < 2:
        raise ValueError(
            f"balancing needs two classes or more, but the {reals} real and {len(labels) - reals} "
            "fake examples are of one"
        )


def _grain_seed(seed: int, order: str) -> int:
    """Return a seed of 32 bits.

    Grain shuffles epoch e by seed + e: neighbouring seeds taken as they are could give one run the
    orders of another, shifted by an epoch.
    """
    digest = hashlib.sha256(f"jaxticket order {order} {seed}".encode()).digest()
    return int.from_bytes(digest[:4], "big")
