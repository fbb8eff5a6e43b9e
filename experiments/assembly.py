"""From a configuration to an experiment: detector, data, step, levels."""

import hashlib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jax

from experiments.data import Data
from jaxticket.data import steps_per_epoch, training_batches
from jaxticket.lottery import Budget, Experiment, parse_rewind
from jaxticket.masks import full
from jaxticket.models import Detector, build
from jaxticket.models.pretrained import load_weights
from jaxticket.pruning import by_fraction, by_sparsities, passing
from jaxticket.runs import Clock, Run
from jaxticket.tickets import save_ticket
from jaxticket.training import (
    CLASS_METRICS,
    create_state,
    make_evaluate,
    make_learning_rate,
    make_optimizer,
    make_step,
)
from jaxticket.trees import Tree, leaves_by_path, prunable_paths, size

if TYPE_CHECKING:
    from experiments.imp import Config

DEFAULT_ROUNDS = 5
DEFAULT_EPOCHS = {"meso4": 18, "mesoinception4": 18, "cnn5": 7, "resnet18": 7, "xception": 7}


def check(config: "Config") -> None:
    """Refuse what is wrong in the options themselves, before anything else is done.

    Raises:
        ValueError: names the option and what it may be.
    """
    build(config.model)
    if config.rounds is not None and config.sparsities is not None:
        raise ValueError("--rounds and --sparsities exclude each other: give one of them")
    at_least = {"epochs": 1, "batch_size": 1, "image_size": 1, "patience": 1,
                "checkpoint_every": 1, "rounds": 0, "skip_limit": 0}  # fmt: skip
    for name, least in at_least.items():
        value = getattr(config, name)
        if value is not None and value < least:
            raise ValueError(f"--{name} must be {least} or more, got {value}")
    if not 0 <= config.seed < 2**32:
        raise ValueError(f"--seed must lie in [0, 2**32), got {config.seed}")
    parse_rewind(config.rewind)
    levels(config)
    if config.task == "method" and metric(config) not in CLASS_METRICS:
        raise ValueError(
            f"--metric={config.metric} exists for two classes only: with --task=method take "
            f"{' or '.join(CLASS_METRICS)}"
        )
    if config.task == "method" and config.methods is not None:
        raise ValueError("--task=method needs every method in training: leave out --methods")
    make_learning_rate(config.schedule, config.learning_rate, 1)
    make_optimizer(config.optimizer, weight_decay=config.weight_decay)
    if config.init_from is not None and not config.init_from.is_file():
        raise FileNotFoundError(f"--init_from={config.init_from}: there is no such file")


def warnings(config: "Config") -> list[str]:
    """Return what is allowed but should be known."""
    if config.rewind == "lr" and config.schedule == "constant":
        return ["--rewind=lr under a constant learning rate is the same method as --rewind=none"]
    return []


def rounds(config: "Config") -> int:
    """Return the number of prunings when a fraction a round is asked for."""
    return DEFAULT_ROUNDS if config.rounds is None else config.rounds


def epochs(config: "Config") -> int:
    """Return the most epochs in a level; the smallest networks need more of them."""
    return DEFAULT_EPOCHS[config.model] if config.epochs is None else config.epochs


def metric(config: "Config") -> str:
    """Return the validation value that patience watches."""
    if config.metric is not None:
        return config.metric
    return "auc" if config.task == "real_or_fake" else "balanced_accuracy"


def levels(config: "Config") -> tuple[float, ...]:
    """Return the sparsity of every level."""
    if config.sparsities is None:
        return by_fraction(rounds(config), config.prune_fraction)
    return by_sparsities(config.sparsities, config.prune_fraction if gradual(config) else None)


def gradual(config: "Config") -> bool:
    """Return whether a deep level needs trained levels on the way.

    One-shot levels are pruned from the dense network, and what SNIP, SynFlow and chance remove does
    not depend on training.
    """
    return config.pruning == "iterative" and config.criterion == "magnitude"


def run_name(experiment: str, resolved: dict[str, Any]) -> str:
    """Return a folder name that the same options always give, and others do not."""
    digest = hashlib.sha256(json.dumps(resolved, sort_keys=True).encode()).hexdigest()[:8]
    data = re.sub(r"[^\w.-]+", "_", resolved["data_name"])
    return f"{experiment}_{resolved['model']}_{data}_{digest}"


def file_identity(path: Path | None) -> str | None:
    """Return a file's name and the SHA-256 of its content, None for no file."""
    if path is None:
        return None
    with path.open("rb") as file:
        return f"{path.name} sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


def beginning(config: "Config", detector: Detector) -> tuple[Tree, list[str]]:
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


def make_budget(config: "Config", data: Data) -> Budget:
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
    config: "Config", data: Data, detector: Detector, budget: Budget, init: Tree
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


def account(clock: Clock) -> str:
    """Return a line that says where this command's time went."""
    spent = clock.account()
    whole = sum(spent.values())
    outside = 1 - (spent.get("train", 0.0) + spent.get("evaluate", 0.0)) / whole
    parts = sorted(spent.items(), key=lambda item: -item[1])
    shares = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in parts if seconds >= 0.5)
    return f"{whole:.0f} s: {shares}; {outside:.1%} outside training and evaluation"


def finish(
    experiment: Experiment,
    init: Tree,
    records: list[dict[str, Any]],
    run: Run,
    resolved: dict[str, Any],
    time: str,
) -> None:
    """Write the summary and the last level's ticket.

    Args:
        experiment: what all levels shared.
        init: the saved beginning.
        records: the evaluation of every level.
        run: the run folder.
        resolved: the configuration, as kept.
        time: where the last command's time went.
    """
    summary = {
        "time": time,
        "signs": [sign for record in records for sign in record["signs"]],
        "seconds": sum(record["seconds"] for record in records),
        "executed_steps": run.executed_steps,
        "seeds": 1,
        "synthetic": resolved["synthetic"],
    }
    records = [record for record in records if record["named"]]
    last = records[-1]
    names = ("model", "image_size", "data_name", "data_fingerprint", "synthetic", "seed", "rewind")
    metadata = {name: str(resolved[name]) for name in names}
    metadata |= {name: str(last[name]) for name in ("level", "sparsity", "weights_left")}
    if "classes" in resolved:
        metadata["classes"] = json.dumps(resolved["classes"])
    weights, masks = run.restore_level(last["level"], (init, full(init["params"])))
    save_ticket(
        run.path / "ticket.safetensors", weights["params"], weights["batch_stats"], masks,
        experiment.prunable, metadata,
    )  # fmt: skip
    run.write_summary(records, summary)  # last: a run with a summary is done
