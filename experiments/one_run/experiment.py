"""From a configuration to an experiment: detector, data, step, levels."""

from typing import Any

import jax
import optax

from experiments.one_run.data import Data
from experiments.one_run.recipe import epochs, metric
from experiments.options.imp import Config
from jaxticket.data import steps_per_epoch, training_batches
from jaxticket.lottery import Budget, Experiment, parse_rewind
from jaxticket.models import Detector
from jaxticket.models.pretrained import load_weights
from jaxticket.pruning import level_sparsities, passing
from jaxticket.training import Step, build_step, create_state, make_evaluate
from jaxticket.trees import leaves_by_path, prunable_paths, size
from jaxticket.weights import Weights, dense


def beginning(config: Config, detector: Detector) -> tuple[Weights, list[str]]:
    """Return the weights that level 0 starts from, and notes on their file.

    Raises:
        ValueError: the weight file does not fit, or the pictures are too small for the detector.
    """
    params, batch_stats = detector.init(jax.random.key(config.seed), config.image_size)
    notes: list[str] = []
    if config.init_from is not None:
        params, batch_stats, notes = load_weights(config.init_from, detector, params, batch_stats)
        notes = [f"{config.init_from.name}: {note}" for note in notes]
    return dense(params, batch_stats), notes


def make_budget(config: Config, data: Data) -> Budget:
    """Return the length of a level on these data.

    Raises:
        ValueError: not one whole batch, or K of `--rewind=step:K` beyond the level.
    """
    count = data.count("train")
    budget = Budget(
        epochs=epochs(config),
        steps_per_epoch=steps_per_epoch(range(count), config.batch_size),
        batch_size=config.batch_size,
        patience=config.patience,
        metric=metric(config),
        checkpoint_every=config.checkpoint_every,
    )
    if parse_rewind(config.rewind).step >= budget.steps:
        raise ValueError(
            f"--rewind={config.rewind} lies beyond the level: {budget.epochs} epochs of "
            f"{budget.steps_per_epoch} steps are {budget.steps} steps"
        )
    return budget


def assemble(
    config: Config, data: Data, detector: Detector, budget: Budget, init: Weights
) -> tuple[Experiment, str]:
    """Read the pictures and build all that the levels share.

    Returns:
        The experiment, and a line that says its size.

    Raises:
        ValueError: a split holds one class only, or a picture cannot be decoded.
    """
    train, validation, test = data.load(config.image_size)
    experiment = Experiment(
        **by_detector(config, detector, init, budget.steps),
        train=train,
        validation=validation,
        test=test,
        budget=budget,
        sparsities=level_sparsities(config),
        passing=passing(level_sparsities(config), config.sparsities),
        criterion=config.criterion,
        one_shot=config.pruning == "one_shot",
        prune_fraction=config.prune_fraction,
        scope=config.scope,
        rewind=parse_rewind(config.rewind),
        seed=config.seed,
        data_order=config.data_order,
        balance=config.balance,
        mixture=data.mixture(),
    )
    return experiment, _size_line(experiment, init)


def by_detector(config: Config, detector: Detector, init: Weights, steps: int) -> dict[str, Any]:
    """Return the fields of an experiment that go by its detector; see `train_step`."""
    optimizer, step = train_step(config, detector, steps)
    prunable = prunable_paths(init.params, detector.output_layer, prune_output=config.prune_output)
    return {
        "detector": detector,
        "optimizer": optimizer,
        "step": step,
        "evaluate": make_evaluate(detector),
        "prunable": prunable,
    }


def train_step(
    config: Config, detector: Detector, steps: int
) -> tuple[optax.GradientTransformation, Step]:
    """Return the optimizer and the step of the options; a level is of so many steps."""
    return build_step(
        detector,
        optimizer=config.optimizer,
        learning_rate=config.learning_rate,
        schedule=config.schedule,
        steps=steps,
        weight_decay=config.weight_decay,
        augmentation=config.augmentation,
    )


def _size_line(experiment: Experiment, init: Weights) -> str:
    leaves = leaves_by_path(init.params)
    weights = sum(int(leaves[path].size) for path in experiment.prunable)
    budget = experiment.budget
    return (
        f"{experiment.detector.name}: {size(init.params):,} parameters, {weights:,} prunable; "
        f"pictures: {len(experiment.train):,} train, {len(experiment.validation):,} validation, "
        f"{len(experiment.test):,} test; {budget.epochs} epochs of {budget.steps_per_epoch} steps "
        "a level"
    )


def compile_ahead(experiment: Experiment, init: Weights) -> None:
    """Compile the training step and the evaluation by doing each once, for nothing.

    So compilation has its own place in the account of time, and fails before anything is trained.
    """
    batch = next(training_batches(experiment.train, experiment.budget.batch_size, seed=0))
    state = create_state(init, experiment.optimizer, seed=0)
    state, _ = experiment.step(state, init.masks, batch)
    logits = experiment.evaluate(state.params, state.batch_stats, batch["image"])
    jax.block_until_ready(logits)
