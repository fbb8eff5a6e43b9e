"""What stays the same through all levels of an experiment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import jax
import numpy as np
import optax

from jaxticket.data import Examples, Feed, Mixture
from jaxticket.models import Detector
from jaxticket.pruning import FULL, Scope, Search
from jaxticket.training import Evaluate, Step, predict, watched
from jaxticket.weights import Weights


@dataclass(frozen=True)
class Rewind:
    """A rewinding policy; `rewinding` says what each does.

    Attributes:
        kind: where to.
        step: K of `step:K`; 0 for the others.
    """

    kind: Literal["init", "step", "lr", "none"]
    step: int = 0

    def __str__(self) -> str:
        """Return the form that `parse_rewind` takes."""
        return f"step:{self.step}" if self.kind == "step" else self.kind


def parse_rewind(text: str) -> Rewind:
    """Read `init`, `step:K`, `lr` or `none`.

    Raises:
        ValueError: anything else.
    """
    match text.split(":"):
        case ["init" | "lr" | "none" as kind]:
            return Rewind(kind)
        case ["step", number] if number.isdecimal() and int(number) > 0:
            return Rewind("step", int(number))
    raise ValueError(
        f"rewind is {text!r}; it must be init, step:K with K of 1 or more (such as step:100), lr "
        "or none"
    )


@dataclass(frozen=True)
class Budget:
    """How long a level trains and what its validation decides.

    Attributes:
        epochs: most epochs of one training.
        steps_per_epoch: training steps in an epoch, the last incomplete batch dropped.
        batch_size: pictures in a batch.
        patience: epochs without a better validation value after which a level stops, its best
            weights kept; None trains all epochs and keeps the last weights.
        metric: the validation value that patience watches, as for `training.metrics.watched`.
        checkpoint_every: steps between checkpoints inside a level; None for about a minute.
    """

    epochs: int
    steps_per_epoch: int
    batch_size: int
    patience: int | None = None
    metric: str = "auc"
    checkpoint_every: int | None = None

    @property
    def steps(self) -> int:
        """Steps of one full training."""
        return self.epochs * self.steps_per_epoch


@dataclass(frozen=True)
class Experiment:
    """The functions, data and choices that every level shares; nothing in it changes.

    Attributes:
        detector: the network.
        optimizer: gives directions from gradients.
        step_function: one training step, a pure function.
        step: the same, the one that is jitted.
        evaluate: the one jitted evaluation.
        train, validation, test: the examples; validation chooses, test is only read.
        held: split -> its pictures, uint8 [N, S, S, 3], where the device holds them.
        budget: length of a level.
        sparsities: pruned fraction of the prunable weights at each level, 0 first.
        passing: the numbers of levels that only lead to the next: they are trained, but neither
            evaluated nor kept once the next one is.
        prunable: paths of the leaves that may be pruned.
        scope: one threshold for all layers or one a layer.
        criterion: what weights are pruned by, as for `jaxticket.pruning.criterion`.
        one_shot: whether every level is pruned from level 0 in one jump, not from the one before.
        prune_fraction: the most that a round removes, where a criterion scores again.
        search: when in a level the next mask is drawn from it.
        rewind: where each level starts.
        seed: of data order, augmentation and dropout.
        data_order: whether every level sees the batches in the `same` order or its own.
        balance: of the classes: `none`, `sampling` or `loss`.
        mixture: how to draw from several data sets; None draws every picture equally often.

    Raises:
        ValueError: there is no such metric as the budget's of so many logits.
    """

    detector: Detector
    optimizer: optax.GradientTransformation
    step_function: Step
    step: Step
    evaluate: Evaluate
    train: Examples
    validation: Examples
    test: Examples
    budget: Budget
    sparsities: tuple[float, ...]
    prunable: tuple[str, ...]
    scope: Scope
    rewind: Rewind
    seed: int
    data_order: Literal["same", "per_level"] = "same"
    balance: Literal["none", "sampling", "loss"] = "none"
    mixture: Mixture | None = None
    passing: frozenset[int] = frozenset()
    criterion: str = "magnitude"
    one_shot: bool = False
    prune_fraction: float = 0.2
    search: Search = FULL
    held: Mapping[str, jax.Array] = field(default_factory=dict)

    def __post_init__(self) -> None:
        watched(self.budget.metric, self.detector.num_logits)

    def parent(self, level: int) -> int:
        """Return the number of the level that a level is pruned from."""
        return 0 if self.one_shot else level - 1

    def line(self, level: int) -> tuple[int, ...]:
        """Return the numbers of the levels from 0 to a level, each pruned from the one before."""
        return (*self.line(self.parent(level)), level) if level else (0,)

    def children(self, level: int) -> tuple[int, ...]:
        """Return the numbers of the levels that are pruned from a level."""
        return tuple(n for n in range(1, len(self.sparsities)) if self.parent(n) == level)

    def draws(self, level: int) -> bool:
        """Return whether others are pruned from a level as it is before its end."""
        return not self.search.is_full and bool(self.children(level))

    def level_seed(self, level: int) -> int:
        """Return the seed of a level's data order, augmentation and dropout."""
        return self.seed if self.data_order == "same" else self.own_seed(level)

    def feed(self, level: int) -> Feed:
        """Return the training batches of a level."""
        return Feed(
            self.train, self.budget.batch_size, self.level_seed(level), self.balance, self.mixture
        )

    def predict(self, split: str, weights: Weights) -> np.ndarray:
        """Return the logits, float32 [N, C], of the examples of a split in their order.

        Args:
            split: `train`, `validation` or `test`.
            weights: masked already.
        """
        examples, batch_size = getattr(self, split), self.budget.batch_size
        return predict(self.evaluate, weights, examples, batch_size, self.held.get(split))

    def own_seed(self, level: int) -> int:
        """Return a seed that each level has for itself, as of a criterion's draws."""
        return (self.seed + 7919 * level) % 2**32
