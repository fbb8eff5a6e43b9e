"""From a configuration to an experiment on the pictures that it names."""

from pathlib import Path

import jax

from experiments.one_run.data import Data
from experiments.options.imp import Config
from experiments.terminal.memory import give_back_freed_memory
from jaxticket import lottery
from jaxticket.data import training_batches
from jaxticket.lottery import Budget, Experiment
from jaxticket.models import Detector
from jaxticket.models.pretrained import load_weights
from jaxticket.runs.notes import read_notes
from jaxticket.runs.weights import INIT
from jaxticket.text import count_text
from jaxticket.training import Chunks, create_state
from jaxticket.trees import leaves_by_path, prunable_paths, size
from jaxticket.weights import Weights, dense


def beginning(
    config: Config, detector: Detector, run: Path | None = None
) -> tuple[Weights, list[str]]:
    """Return the weights that level 0 starts from, and notes on their file.

    Args:
        config: the options.
        detector: what is trained.
        run: the run folder; where it keeps what it began from, the weight file is not read again,
            and the weights have its shapes alone.

    Raises:
        ValueError: the weight file does not fit, or the pictures are too small for the detector.
    """
    params, batch_stats = detector.init(jax.random.key(config.seed), config.image_size)
    notes: list[str] = []
    if run is not None and (run / INIT).exists():
        notes = read_notes(run).weights
    elif config.init_from is not None:
        params, batch_stats, notes = load_weights(
            config.init_from, detector, params, batch_stats, config.fake_output
        )
        prunable = prunable_paths(params, detector.output_layer)
        masks = dense(params, batch_stats).masks
        notes = [*notes, *lottery.weight_signs(params, batch_stats, masks, prunable)]
        notes = [f"{config.init_from.name}: {note}" for note in notes]
    return dense(params, batch_stats), notes


def make_budget(config: Config, data: Data) -> Budget:
    """Return the length of a level on these data; see `jaxticket.lottery.make_budget`."""
    return lottery.make_budget(config, data.count("train"), config.checkpoint_every)


def assemble(
    config: Config, data: Data, detector: Detector, budget: Budget, init: Weights
) -> tuple[Experiment, str]:
    """Read the pictures and build all that the levels share.

    Returns:
        The experiment, and a line that says its size.

    Raises:
        ValueError: a split holds one class only, or a picture cannot be decoded.
    """
    splits = data.load(config.image_size)
    experiment = lottery.assemble(config, detector, init, budget, *splits, data.mixture())
    return experiment, size_line(experiment, init)


def size_line(experiment: Experiment, init: Weights) -> str:
    """Return a line that says what is trained, on how much, and for how long."""
    leaves = leaves_by_path(init.params)
    weights = sum(int(leaves[path].size) for path in experiment.prunable)
    budget = experiment.budget
    return (
        f"{experiment.detector.name}: {size(init.params):,} parameters, {weights:,} prunable; "
        f"pictures: {len(experiment.train):,} train, {len(experiment.validation):,} validation, "
        f"{len(experiment.test):,} test; {count_text(budget.epochs, 'epoch')} of "
        f"{count_text(budget.steps_per_epoch, 'step')} a level"
    )


def compile_ahead(experiment: Experiment, init: Weights, trainer: Chunks | None = None) -> None:
    """Compile the training step and the evaluation by running each once, its result unused.

    So compilation has its own place in the account of time, and fails before anything is trained.

    Args:
        experiment: whose they are.
        init: weights of the shapes that it has.
        trainer: does the steps; None for one step a dispatch.
    """
    batch = next(training_batches(experiment.train, experiment.budget.batch_size, seed=0))
    state = create_state(init, experiment.optimizer, seed=0)
    if trainer is None:
        state, _ = experiment.step(state, init.masks, batch)
    else:
        state = trainer.compile_ahead(state, init.masks, experiment.feed(0))
    logits = experiment.evaluate(state.params, state.batch_stats, batch["image"])
    jax.block_until_ready(logits)
    del state, logits
    give_back_freed_memory()
