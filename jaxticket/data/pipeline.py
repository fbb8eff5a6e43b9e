"""Batches in an order that is a pure function of (seed, step), by Grain."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sized
from typing import TYPE_CHECKING, Any

import numpy as np

from jaxticket.data.examples import Examples

if TYPE_CHECKING:
    import grain

Batch = dict[str, np.ndarray]
BALANCES = ("none", "sampling", "loss")


def steps_per_epoch(examples: Sized, batch_size: int) -> int:
    """The number of whole batches in an epoch; what is left over waits for another epoch.

    Raises:
        ValueError: the batch size is not positive, or there is not one whole batch.
    """
    if batch_size < 1:
        raise ValueError(f"the batch size must be at least 1, not {batch_size}")
    if len(examples) < batch_size:
        raise ValueError(
            f"the training split has {len(examples)} examples, fewer than one batch of "
            f"{batch_size}: choose a smaller batch size"
        )
    return len(examples) // batch_size


def training_batches(
    examples: Examples,
    batch_size: int,
    *,
    seed: int,
    start_step: int = 0,
    balance: str = "none",
) -> Iterator[Batch]:
    """Endless training batches; batch `step` depends on (seed, step) alone.

    Every epoch has its own order and shows each example at most once. Balanced by `sampling`, real
    and fake take turns, each class in its own shuffled order, the smaller one repeated. Balanced by
    `loss`, the order is the plain one and each example weighs n / (2 n_class).

    Args:
        examples: the training split.
        batch_size: B.
        seed: of the order.
        start_step: the step of the first batch that is given.
        balance: `none`, `sampling` or `loss`.

    Returns:
        Batches of image uint8 [B, S, S, 3], label int32 [B] and weight float32 [B].

    Raises:
        ValueError: fewer examples than a batch, an unknown balance, a negative step, or one class
            only where classes are to be balanced.
    """
    steps_per_epoch(examples, batch_size)
    if balance not in BALANCES:
        raise ValueError(f"the balance {balance!r} is unknown; use one of {', '.join(BALANCES)}")
    if start_step < 0:
        raise ValueError(f"the first step must not be negative: {start_step}")
    weights = np.ones(len(examples), np.float32)
    if balance == "loss":
        weights = class_weights(examples.labels)
    order = _balanced_order if balance == "sampling" else _plain_order
    indices = order(examples, batch_size, seed)

    def batch(chosen: np.ndarray) -> Batch:
        return _batch(examples, chosen, weights[chosen])

    return _iterate(examples, indices.map(batch)[start_step:])


def evaluation_batches(examples: Examples, batch_size: int) -> Iterator[Batch]:
    """All examples in order, once; the last batch is filled up with examples of weight 0.

    Returns:
        Batches of image uint8 [B, S, S, 3], label int32 [B] and weight float32 [B] (1, or 0 where
        the batch was filled up).

    Raises:
        ValueError: the batch size is not positive.
    """
    import grain

    if batch_size < 1:
        raise ValueError(f"the batch size must be at least 1, not {batch_size}")
    last = len(examples) - 1

    def batch(step: int) -> Batch:
        positions = np.arange(step * batch_size, (step + 1) * batch_size)
        inside = (positions <= last).astype(np.float32)
        return _batch(examples, np.minimum(positions, last), inside)

    return _iterate(examples, grain.MapDataset.range(-(-len(examples) // batch_size)).map(batch))


def class_weights(labels: np.ndarray) -> np.ndarray:
    """The weight n / (2 n_class) of every example, float32 [n]; the mean is 1.

    Raises:
        ValueError: there is only one class.
    """
    counts = np.bincount(labels, minlength=2)
    _check_both_classes(counts)
    return (len(labels) / (2 * counts))[labels].astype(np.float32)


def _plain_order(examples: Examples, batch_size: int, seed: int) -> grain.MapDataset:
    import grain

    order = grain.MapDataset.range(len(examples)).seed(_grain_seed(seed, "all")).shuffle()
    return order.batch(batch_size, drop_remainder=True, batch_fn=np.array).repeat()


def _balanced_order(examples: Examples, batch_size: int, seed: int) -> grain.MapDataset:
    import grain

    _check_both_classes(np.bincount(examples.labels, minlength=2))
    classes = [
        grain.MapDataset.source(np.flatnonzero(examples.labels == label).tolist())
        .seed(_grain_seed(seed, name))
        .shuffle()
        .repeat()
        for label, name in enumerate(("real", "fake"))
    ]
    mixed = grain.MapDataset.mix(classes, [0.5, 0.5])
    return mixed.batch(batch_size, drop_remainder=True, batch_fn=np.array)


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


def _batch(examples: Examples, chosen: np.ndarray, weight: np.ndarray) -> Batch:
    return {"image": examples.images(chosen), "label": examples.labels[chosen], "weight": weight}


def _iterate(examples: Examples, batches: Any) -> Iterator[Batch]:
    """Iterates over batches by position; threads read ahead where pictures are still decoded."""
    import grain

    if examples.in_memory:
        return (batches[step] for step in range(len(batches)))
    threads = min(16, os.cpu_count() or 1)
    options = grain.ReadOptions(num_threads=threads, prefetch_buffer_size=2 * threads)
    return iter(batches.to_iter_dataset(options))
