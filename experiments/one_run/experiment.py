"""From a configuration to an experiment: detector, data, step, levels."""

import jax

from experiments.one_run.data import Data
from experiments.one_run.recipe import Config, epochs, levels, metric
from jaxticket.data import steps_per_epoch, training_batches
from jaxticket.lottery import Budget, Experiment, parse_rewind
from jaxticket.masks import full
from jaxticket.models import Detector
from jaxticket.models.pretrained import load_weights
from jaxticket.pruning import passing
from jaxticket.training import (
    create_state,
    make_evaluate,
    make_learning_rate,
    make_optimizer,
    make_step,
)
from jaxticket.trees import Tree, leaves_by_path, prunable_paths, size


def beginning(config: Config, detector: Detector) -> tuple[Tree, list[str]]:
    """Return the weights that level 0 starts from, `{"params", "batch_stats"}`, and notes.

    Raises:
        ValueError: the weight file does not fit, or the pictures are too small for the detector.
    """
    params, batch_stats = detector.init(jax.random.key(config.seed), config.image_size)
    notes: list[str] = []
    if config.init_from is not None:
        params, batch_stats, said = load_weights(config.init_from, detector, params, batch_stats)
        notes = [f"{config.init_from.name}: {note}" for note in said]
    return {"params": params, "batch_stats": batch_stats}, notes


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
    config: Config, data: Data, detector: Detector, budget: Budget, init: Tree
) -> tuple[Experiment, str]:
    """Read the pictures and build all that the levels share.

    Returns:
        The experiment, and a line that says its size.

    Raises:
        ValueError: a split holds one class only, or a picture cannot be decoded.
    """
    optimizer = make_optimizer(config.optimizer, weight_decay=config.weight_decay)
    rate = make_learning_rate(config.schedule, config.learning_rate, budget.steps)
    prunable = prunable_paths(
        init["params"], detector.output_layer, prune_output=config.prune_output
    )
    train, validation, test = data.load(config.image_size)
    experiment = Experiment(
        detector=detector,
        optimizer=optimizer,
        step=make_step(detector, optimizer, rate, config.augmentation),
        evaluate=make_evaluate(detector),
        train=train,
        validation=validation,
        test=test,
        budget=budget,
        sparsities=levels(config),
        passing=passing(levels(config), config.sparsities),
        criterion=config.criterion,
        one_shot=config.pruning == "one_shot",
        prune_fraction=config.prune_fraction,
        prunable=prunable,
        scope=config.scope,
        rewind=parse_rewind(config.rewind),
        seed=config.seed,
        data_order=config.data_order,
        balance=config.balance,
        mixture=data.mixture(),
    )
    return experiment, _size_line(experiment, init)


def _size_line(experiment: Experiment, init: Tree) -> str:
    leaves = leaves_by_path(init["params"])
    weights = sum(int(leaves[path].size) for path in experiment.prunable)
    budget = experiment.budget
    return (
        f"{experiment.detector.name}: {size(init['params']):,} parameters, {weights:,} prunable; "
        f"pictures: {len(experiment.train):,} train, {len(experiment.validation):,} validation, "
        f"{len(experiment.test):,} test; {budget.epochs} epochs of {budget.steps_per_epoch} steps "
        "a level"
    )


def compile_ahead(experiment: Experiment, init: Tree) -> None:
    """Compile the training step and the evaluation by doing each once, for nothing.

    So compilation has its own place in the account of time, and fails before anything is trained.
    """
    batch = next(training_batches(experiment.train, experiment.budget.batch_size, seed=0))
    state = create_state(init["params"], init["batch_stats"], experiment.optimizer, seed=0)
    state, _ = experiment.step(state, full(init["params"]), batch)
    logits = experiment.evaluate(state.params, state.batch_stats, batch["image"])
    jax.block_until_ready(logits)
