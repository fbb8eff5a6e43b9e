"""From a run's options to an experiment: the length of a level, the step, the levels."""

from typing import Any

import optax

from jaxticket.data import Examples, Mixture, steps_per_epoch
from jaxticket.lottery.experiment import Budget, Experiment, parse_rewind
from jaxticket.models import Detector
from jaxticket.models.precision import in_precision
from jaxticket.models.table import architecture
from jaxticket.pruning import level_sparsities, parse_search, passing
from jaxticket.recipe import Options
from jaxticket.text import count_text
from jaxticket.training import Step, build_step, jit_step, make_evaluate
from jaxticket.trees import prunable_paths
from jaxticket.weights import Weights


def epochs(options: Options) -> int:
    """Return the most epochs in a level: what was asked for, or the detector's own."""
    return architecture(options.model).epochs if options.epochs is None else options.epochs


def metric(options: Options) -> str:
    """Return the validation value that patience watches: what was asked for, or the task's own."""
    if options.metric is None:
        return "balanced_accuracy" if options.task == "method" else "auc"
    return options.metric


def make_budget(options: Options, pictures: int, checkpoint_every: int | None = None) -> Budget:
    """Return the length of a level.

    Args:
        options: of the run.
        pictures: in the training split.
        checkpoint_every: steps between checkpoints inside a level; None for about a minute.

    Raises:
        ValueError: not one whole batch, or K of `--rewind=step:K` beyond the level.
    """
    budget = Budget(
        epochs=epochs(options),
        steps_per_epoch=steps_per_epoch(range(pictures), options.batch_size),
        batch_size=options.batch_size,
        patience=options.patience,
        metric=metric(options),
        checkpoint_every=checkpoint_every,
    )
    if parse_rewind(options.rewind).step >= budget.steps:
        raise ValueError(
            f"--rewind={options.rewind} lies beyond the level: "
            f"{count_text(budget.epochs, 'epoch')} of "
            f"{count_text(budget.steps_per_epoch, 'step')} are {count_text(budget.steps, 'step')}"
        )
    return budget


def assemble(
    options: Options,
    detector: Detector,
    init: Weights,
    budget: Budget,
    train: Examples,
    validation: Examples,
    test: Examples,
    mixture: Mixture | None = None,
) -> Experiment:
    """Return all that the levels share.

    Args:
        options: of the run.
        detector: the network.
        init: weights of the shapes that it has.
        budget: made by `make_budget`.
        train, validation, test: the examples; validation chooses, test is only read.
        mixture: how to draw from several data sets; None draws every picture equally often.
    """
    return Experiment(
        **by_detector(options, detector, init, budget.steps),
        train=train,
        validation=validation,
        test=test,
        budget=budget,
        sparsities=level_sparsities(options),
        passing=passing(options),
        search=parse_search(options.search),
        criterion=options.criterion,
        one_shot=options.pruning == "one_shot",
        prune_fraction=options.prune_fraction,
        scope=options.scope,
        rewind=parse_rewind(options.rewind),
        seed=options.seed,
        data_order=options.data_order,
        balance=options.balance,
        mixture=mixture,
    )


def by_detector(options: Options, detector: Detector, init: Weights, steps: int) -> dict[str, Any]:
    """Return the fields of an experiment that go by its detector; see `train_step`."""
    optimizer, function = train_step(options, detector, steps)
    prunable = prunable_paths(init.params, detector.output_layer, prune_output=options.prune_output)
    return {
        "detector": detector,
        "optimizer": optimizer,
        "step_function": function,
        "step": jit_step(function),
        "evaluate": make_evaluate(detector),
        "prunable": prunable,
    }


def train_step(
    options: Options, detector: Detector, steps: int
) -> tuple[optax.GradientTransformation, Step]:
    """Return the optimizer and the pure step function; a level is of so many steps."""
    return build_step(
        in_precision(detector, options.precision),
        optimizer=options.optimizer,
        learning_rate=options.learning_rate,
        schedule=options.schedule,
        steps=steps,
        weight_decay=options.weight_decay,
        augmentation=options.augmentation,
        jitted=False,
    )
