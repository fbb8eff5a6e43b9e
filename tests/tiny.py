"""A detector of 169 parameters and pictures of 8 x 8: a whole experiment takes about a second."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from jaxticket.data import steps_per_epoch
from jaxticket.lottery import Budget, Callbacks, Execution, Experiment, find_ticket, parse_rewind
from jaxticket.pruning import by_fraction, parse_search
from jaxticket.recipe import Recipe
from jaxticket.runs import Run, read_level
from jaxticket.training import (
    jit_step,
    make_evaluate,
    make_learning_rate,
    make_optimizer,
    step_function,
)
from jaxticket.trees import prunable_paths
from jaxticket.weights import Weights, dense

SIDE = 8
PRUNABLE = ("conv1/kernel", "fc1/kernel")
WEIGHTS = 3 * 3 * 3 * 4 + 4 * 8


@dataclass(frozen=True)
class TinyDetector:
    """Convolution, batch normalisation, two dense layers and dropout, in plain JAX.

    It keeps `jaxticket.models.Detector`'s contract, without Linen's time to trace.
    """

    name: str = "tiny"
    num_logits: int = 1
    output_layer: str = "fc"

    def init(self, key, image_size):
        draw = np.random.default_rng(np.asarray(jax.random.key_data(key)))

        def normal(*shape):
            return jnp.asarray(draw.normal(size=shape) / shape[-2] ** 0.5, jnp.float32)

        params = {
            "bn1": {"bias": jnp.zeros(4), "scale": jnp.ones(4)},
            "conv1": {"bias": jnp.zeros(4), "kernel": normal(3, 3, 3, 4) / 3},
            "fc": {"bias": jnp.zeros(self.num_logits), "kernel": normal(8, self.num_logits)},
            "fc1": {"bias": jnp.zeros(8), "kernel": normal(4, 8)},
        }
        return params, {"bn1": {"mean": jnp.zeros(4), "var": jnp.ones(4)}}

    def normalise(self, images):
        return images.astype(jnp.float32) / 255 - 0.5

    def apply(self, params, batch_stats, x, *, train=False, key=None):
        x, batch_stats = self._map(params, batch_stats, x, train)
        return self._logits(params, x, train, key), batch_stats

    def features(self, params, batch_stats, x):
        return self._map(params, batch_stats, x, False)[0]

    def head(self, params, batch_stats, features):
        return self._logits(params, features, False, None)

    def _map(self, params, batch_stats, x, train):
        # A convolution of stride 3 and no padding, as a sum that compiles faster than one.
        patches = x[:, :6, :6].reshape(-1, 2, 3, 2, 3, 3)
        x = jnp.einsum("bhiwjc,ijcd->bhwd", patches, params["conv1"]["kernel"])
        x = x + params["conv1"]["bias"]
        mean, var = batch_stats["bn1"]["mean"], batch_stats["bn1"]["var"]
        if train:
            now = jnp.mean(x, (0, 1, 2)), jnp.var(x, (0, 1, 2))
            new = {"mean": 0.9 * mean + 0.1 * now[0], "var": 0.9 * var + 0.1 * now[1]}
            batch_stats, (mean, var) = {"bn1": new}, now
        x = (x - mean) * jax.lax.rsqrt(var + 1e-5) * params["bn1"]["scale"] + params["bn1"]["bias"]
        return jax.nn.leaky_relu(x), batch_stats

    def _logits(self, params, x, train, key):
        x = x.mean((1, 2)) @ params["fc1"]["kernel"] + params["fc1"]["bias"]
        if train:
            x = jnp.where(jax.random.bernoulli(key, 0.8, x.shape), x, 0)
        x = jax.nn.leaky_relu(x)
        return x @ params["fc"]["kernel"] + params["fc"]["bias"]


@dataclass(frozen=True, eq=False)
class TinyExamples:
    """Pictures in memory; it keeps the contract of `jaxticket.data.Examples`."""

    labels: np.ndarray
    keys: np.ndarray
    pictures: np.ndarray
    image_size: int = SIDE
    in_memory: bool = True
    classes: tuple[str, ...] = ("real", "fake")

    def __len__(self):
        return len(self.labels)

    @property
    def groups(self):
        return self.keys

    @property
    def videos(self):
        return self.keys

    @property
    def compressions(self):
        return np.full(len(self), "")

    @property
    def methods(self):
        return np.array(self.classes)[self.labels]

    def images(self, indices):
        return self.pictures[indices]


def tiny_examples(
    count: int, seed: int, classes: tuple[str, ...] = ("real", "fake")
) -> TinyExamples:
    """Noise, the classes in turns; fakes are darker in their upper half, or in another one."""
    draw = np.random.default_rng(seed)
    pictures = draw.integers(0, 256, (count, SIDE, SIDE, 3), dtype=np.uint8)
    labels = np.arange(count, dtype=np.int32) % len(classes)
    pictures[labels == 1, : SIDE // 2] //= 2
    pictures[labels == 2, SIDE // 2 :] //= 2
    pictures[labels == 3, :, : SIDE // 2] //= 2
    keys = np.array([f"{seed}/{number:03d}" for number in range(count)])
    return TinyExamples(labels, keys, pictures, classes=classes)


def tiny_experiment(
    *,
    sparsities: tuple[float, ...] = by_fraction(2, 0.2),
    scope: str = "global",
    rewind: str = "init",
    epochs: int = 2,
    patience: int | None = None,
    metric: str = "auc",
    checkpoint_every: int | None = None,
    optimizer: str = "adam",
    weight_decay: float = 0.0,
    learning_rate: float = 0.02,
    schedule: str = "cosine",
    data_order: str = "same",
    balance: str = "none",
    seed: int = 0,
    detector: Any = None,
    passing: frozenset[int] = frozenset(),
    criterion: str = "magnitude",
    one_shot: bool = False,
    prune_fraction: float = 0.2,
    search: str = "full",
    classes: tuple[str, ...] = ("real", "fake"),
) -> tuple[Experiment, Weights]:
    """Return an experiment of 3 steps an epoch (24 pictures, 8 a batch), and its beginning."""
    logits = 1 if len(classes) == 2 else len(classes)
    detector = TinyDetector(num_logits=logits) if detector is None else detector
    train = tiny_examples(24, 1, classes)
    budget = Budget(epochs, steps_per_epoch(train, 8), 8, patience, metric, checkpoint_every)
    directions = make_optimizer(optimizer, weight_decay=weight_decay)
    rate = make_learning_rate(schedule, learning_rate, budget.steps)
    init = dense(*detector.init(jax.random.key(seed), SIDE))
    function = step_function(detector, directions, rate, "flip")
    experiment = Experiment(
        detector=detector,
        optimizer=directions,
        step_function=function,
        step=jit_step(function),
        evaluate=make_evaluate(detector),
        train=train,
        validation=tiny_examples(18, 2, classes),
        test=tiny_examples(18, 3, classes),
        budget=budget,
        sparsities=sparsities,
        prunable=prunable_paths(init.params, detector.output_layer),
        scope=scope,
        rewind=parse_rewind(rewind),
        seed=seed,
        data_order=data_order,
        balance=balance,
        passing=passing,
        criterion=criterion,
        one_shot=one_shot,
        prune_fraction=prune_fraction,
        search=parse_search(search),
    )
    return experiment, init


def run_tiny(
    path: Path, callbacks: Callbacks | None = None, **options: Any
) -> list[dict[str, Any]]:
    """Run, or go on with, `tiny_experiment(**options)` in a run folder; return its records."""
    experiment, init = tiny_experiment(**options)
    return run_experiment(path, experiment, init, callbacks)


def run_experiment(
    path: Path, experiment: Experiment, init: Weights, callbacks: Callbacks | None = None
) -> list[dict[str, Any]]:
    """Run, or go on with, an experiment in a run folder; return its records."""
    config = Recipe(model="tiny", rewind=str(experiment.rewind))
    with Run(path, config, {}) as run, executing(run, experiment, callbacks) as execution:
        return find_ticket(experiment, run.beginning(init), execution)


def executing(run: Run, experiment: Experiment, callbacks: Callbacks | None = None) -> Execution:
    """Return what goes with an open run."""
    return Execution(run, experiment.budget.steps, callbacks or Callbacks())


def restored(path: Path, level: int) -> Weights:
    """Return a kept level's weights and masks, as NumPy arrays."""
    return jax.tree.map(np.asarray, read_level(path, level))


def log_of(path: Path, kind: str, level: int) -> list[dict[str, Any]]:
    """Return the records of one kind and level in a run's metrics log."""
    records = map(json.loads, (path / "metrics.jsonl").read_text().splitlines())
    return [r for r in records if r["kind"] == kind and r["level"] == level]
