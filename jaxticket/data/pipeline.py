"""Batches that are a pure function of (seed, step)."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sized
from dataclasses import dataclass
from typing import Any

import numpy as np

from jaxticket.data.examples import Examples
from jaxticket.data.mixing import Mixture
from jaxticket.data.ordering import BALANCES, batch_order, class_weights

Batch = dict[str, np.ndarray]
Shard = tuple[int, int]
"""(index, number) of a process, as `jax.process_index()` and `jax.process_count()` give them."""


def steps_per_epoch(examples: Sized, batch_size: int) -> int:
    """Return the number of whole batches in an epoch; the rest waits for another epoch.

    Raises:
        ValueError: the batch size is not positive, or there is not one whole batch.
    """
    if batch_size < 1:
        raise ValueError(f"the batch size must be at least 1, not {batch_size}")
    if len(examples) < batch_size:
        raise ValueError(
            f"the training split has {len(examples)} examples, fewer than one batch of "
            f"{batch_size}: choose a smaller --batch_size"
        )
    return len(examples) // batch_size


def training_batches(
    examples: Examples,
    batch_size: int,
    *,
    seed: int,
    start_step: int = 0,
    balance: str = "none",
    mixture: Mixture | None = None,
    shard: Shard = (0, 1),
    positions: bool = False,
) -> Iterator[Batch]:
    """Yield endless training batches; batch `step` depends on (seed, step) alone.

    Every epoch has its own order and shows each example at most once. Balanced by `sampling`, the
    classes take turns, each in its own shuffled order, the smaller ones repeated. Balanced by
    `loss`, the order is the plain one and each example weighs n / (C n_class) with C classes.

    Of a mixture every part has an endless shuffled order of its own, balanced for itself if at all,
    and the parts take turns by their weights: a small part is repeated more often than a large one.
    The number of examples in an epoch is that of all parts.

    Args:
        examples: the training split.
        batch_size: B, over all processes.
        seed: of the order.
        start_step: the step of the first batch that is given.
        balance: `none`, `sampling` or `loss`.
        mixture: how to draw from the parts of `examples`, if it was put together
            (`jaxticket.data.mixing`).
        shard: which rows of every batch are given, out of which number of equal blocks.
        positions: whether batches name their pictures by their places among the examples, as
            position int32 [B] instead of image.

    Returns:
        Batches of image uint8 [B, S, S, 3], label int32 [B] and weight float32 [B]; of B / n rows
        in one of n shards.

    Raises:
        ValueError: fewer examples than a batch, an unknown balance, a negative step, one class
            only where classes are to be balanced, a mixture of other sizes, or a batch that cannot
            be divided among the shards.
    """
    steps_per_epoch(examples, batch_size)
    if balance not in BALANCES:
        raise ValueError(f"the balance {balance!r} is unknown; use one of {', '.join(BALANCES)}")
    if start_step < 0:
        raise ValueError(f"the first step must not be negative: {start_step}")
    if mixture is not None and sum(mixture.sizes) != len(examples):
        raise ValueError(
            f"the sets of the mixture hold {sum(mixture.sizes)} examples, but there are "
            f"{len(examples)}"
        )
    rows = _rows(batch_size, shard)
    parts = [np.arange(len(examples))] if mixture is None else mixture.parts()
    weights = np.ones(len(examples), np.float32)
    if balance == "loss":
        weights = np.concatenate([class_weights(examples.labels[part]) for part in parts])
    indices = batch_order(examples.labels, batch_size, seed, balance, mixture)

    def batch(chosen: np.ndarray) -> Batch:
        return _batch(examples, chosen[rows], weights[chosen[rows]], positions)

    return _iterate(indices.map(batch)[start_step:], positions or examples.in_memory)


@dataclass(frozen=True)
class Feed:
    """The training batches of a level, from any step on; the attributes as `training_batches`.

    Attributes:
        examples: the training split.
        batch_size: B, over all processes.
        seed: of the order.
        balance: `none`, `sampling` or `loss`.
        mixture: how to draw from several sets.
    """

    examples: Examples
    batch_size: int
    seed: int
    balance: str = "none"
    mixture: Mixture | None = None

    def batches(self, start_step: int, shard: Shard = (0, 1)) -> Iterator[Batch]:
        """Return the endless batches from a step on."""
        return training_batches(
            self.examples, self.batch_size, seed=self.seed, start_step=start_step,
            balance=self.balance, mixture=self.mixture, shard=shard,
        )  # fmt: skip

    def positions(self, start_step: int, shard: Shard = (0, 1)) -> Iterator[Batch]:
        """Return the same batches, with the pictures' positions instead of the pictures."""
        return training_batches(
            self.examples, self.batch_size, seed=self.seed, start_step=start_step,
            balance=self.balance, mixture=self.mixture, shard=shard, positions=True,
        )  # fmt: skip


def evaluation_batches(
    examples: Examples, batch_size: int, *, shard: Shard = (0, 1), positions: bool = False
) -> Iterator[Batch]:
    """Yield all examples in order, once; the last batch is filled up with examples of weight 0.

    Args:
        examples: of any split.
        batch_size: B, over all processes.
        shard: as for `training_batches`.
        positions: likewise.

    Returns:
        Batches of image uint8 [B, S, S, 3], label int32 [B] and weight float32 [B] (1, or 0 where
        the batch was filled up); of B / n rows in one of n shards.

    Raises:
        ValueError: the batch size is not positive, or cannot be divided among the shards.
    """
    import grain

    if batch_size < 1:
        raise ValueError(f"the batch size must be at least 1, not {batch_size}")
    last = len(examples) - 1
    rows = _rows(batch_size, shard)

    def batch(step: int) -> Batch:
        places = np.arange(step * batch_size, (step + 1) * batch_size)[rows]
        inside = (places <= last).astype(np.float32)
        return _batch(examples, np.minimum(places, last), inside, positions)

    steps = grain.MapDataset.range(-(-len(examples) // batch_size))
    return _iterate(steps.map(batch), positions or examples.in_memory)


def _rows(batch_size: int, shard: Shard) -> slice:
    """Return the rows of a batch that belong to the shard.

    Raises:
        ValueError: the shard is none of its number, or they cannot share the batch evenly.
    """
    index, number = shard
    if not 0 <= index < number:
        raise ValueError(f"the shard must be one of 0..{number - 1}, not {index}")
    if batch_size % number:
        raise ValueError(
            f"a batch of {batch_size} cannot be divided among {number} processes: choose a "
            f"multiple of {number}"
        )
    each = batch_size // number
    return slice(index * each, (index + 1) * each)


def _batch(examples: Examples, chosen: np.ndarray, weight: np.ndarray, positions: bool) -> Batch:
    pictures = (
        {"position": chosen.astype(np.int32)} if positions else {"image": examples.images(chosen)}
    )
    return {**pictures, "label": examples.labels[chosen], "weight": weight}


def _iterate(batches: Any, at_hand: bool) -> Iterator[Batch]:
    """Iterate over batches by their number; threads read ahead where pictures are decoded yet."""
    import grain

    if at_hand:
        return (batches[step] for step in range(len(batches)))
    threads = min(16, os.cpu_count() or 1)
    options = grain.ReadOptions(num_threads=threads, prefetch_buffer_size=2 * threads)
    return iter(batches.to_iter_dataset(options))
