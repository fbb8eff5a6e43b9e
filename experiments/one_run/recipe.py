"""The options of a run: their defaults, what is wrong in them, and what follows from them."""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from experiments.one_run.data import Data
from experiments.terminal.options import Fractions, IntOrNone, Names
from jaxticket.lottery import parse_rewind
from jaxticket.models import build
from jaxticket.pruning import Criterion, by_fraction, by_sparsities
from jaxticket.runs import read_run
from jaxticket.runs.files import plain
from jaxticket.training import CLASS_METRICS, make_learning_rate, make_optimizer

MAY_CHANGE = frozenset({"dense", "dataset", "preset", "data_dir", "run_dir", "skip_limit",
                        "checkpoint_every"})  # fmt: skip
"""Options that do not decide the result: a run may go on with others."""
PRUNING = frozenset({"rounds", "sparsities", "prune_fraction", "criterion", "pruning", "scope"})
"""Options that do not touch level 0."""

DEFAULT_ROUNDS = 5
DEFAULT_EPOCHS = {"meso4": 18, "mesoinception4": 18, "cnn5": 7, "resnet18": 7, "xception": 7}


@dataclass(frozen=True)
class Config:
    """Iterative magnitude pruning of a deepfake detector, from pictures to a lottery ticket.

    The run folder keeps every level; the same command again goes on where it stopped.
    """

    model: str = "resnet18"
    """Detector: meso4, mesoinception4, cnn5, resnet18 or xception."""
    dataset: str = "synthetic_ff"
    """An embedded set, rendered and prepared on first use (synthetic_ff, or synthetic_ff_tiny to
    try things out), a folder of real and fake pictures, a manifest CSV (path, label, group,
    split), or a prepared set; or several of these with commas between, trained on together."""
    mixture: Fractions = None
    """Of several data sets: how often each is drawn from in training, such as 0.7,0.3 (an epoch
    has as many pictures as all together). Without it every picture is drawn equally often."""
    task: Literal["real_or_fake", "method"] = "real_or_fake"
    """What the detector is to say: real or fake, by one logit; or which method made the picture
    (real among them), by one logit a method of the data sets."""
    methods: Names = None
    """Forgery methods to train and validate on, beside the real pictures, such as
    Swap,SelfBlend. The test split stays whole: what is found of each method, those never seen
    among them, experiments.evaluate tells. Without it, all methods."""
    preset: Literal["default", "paper"] = "default"
    """Defaults for the other options: `default` is quick on a CPU; `paper` is 128 pixels, Adam at
    a constant 1e-4, at most 100 epochs with patience 10, 20% a round."""
    image_size: int = 64
    """Side of the square pictures that the detector sees, in pixels."""
    init_from: Path | None = None
    """Weights to begin with: MesoNet's Keras .h5, safetensors, or a PyTorch state dict. Without
    it, random weights from the seed."""
    rounds: IntOrNone = None
    """Prunings after the dense level: levels 0 to ROUNDS. Without it and without sparsities: 5,
    which ends at 67.2%."""
    prune_fraction: float = 0.2
    """Fraction of the surviving weights that a round removes, in (0, 1); with sparsities, the
    most that a round may remove."""
    sparsities: Fractions = None
    """Instead of rounds: sparsities to reach, as increasing fractions, such as 0.2,0.5,0.8. Where
    one round would remove more than the prune fraction, rounds are put between; they are trained,
    but only the levels named here are evaluated and kept in full."""
    criterion: Criterion = "magnitude"
    """What weights are pruned by: magnitude (of the trained weights), random, or, scored where
    training begins, snip (sensitivity of the loss) or synflow (synaptic flow)."""
    pruning: Literal["iterative", "one_shot"] = "iterative"
    """Every level from the one before, or every level from the dense network in one jump."""
    scope: Literal["global", "local"] = "global"
    """One threshold for the whole network, or one for every layer."""
    prune_output: bool = False
    """Prune the output layer too."""
    rewind: str = "init"
    """Where a pruned network starts: init (saved initial weights), step:K (the state at step K of
    level 0), lr (weights kept, schedule run again) or none (weights kept, trained on at the final
    rate)."""
    epochs: IntOrNone = None
    """Epochs of training in each level (the most, with patience). Without it: 7, and 18 for meso4
    and mesoinception4, whose epochs are short."""
    batch_size: int = 32
    """Pictures in a training step."""
    optimizer: Literal["sgd", "adam", "adamw"] = "adam"
    """Optimizer; sgd has momentum 0.9."""
    learning_rate: float = 1e-3
    """Highest learning rate, per step."""
    schedule: Literal["constant", "cosine", "step"] = "cosine"
    """Learning rate over a level: constant; cosine, down to 1%; or step, a tenth after half and
    again after three quarters."""
    weight_decay: float = 0.0
    """Weight decay coefficient, per step (decoupled with adamw)."""
    patience: IntOrNone = None
    """Epochs without a better validation value after which a level stops, with its best weights
    kept; none trains all epochs and keeps the last weights."""
    metric: Literal["auc", "accuracy", "balanced_accuracy", "average_precision"] | None = None
    """The validation value that patience watches. Without it: auc, and for --task=method, which has
    no auc, balanced_accuracy: the mean of the classes' recalls."""
    balance: Literal["none", "sampling", "loss"] = "none"
    """Unequal classes: leave them, draw all equally often, or weigh the loss."""
    augmentation: Literal["none", "flip"] = "flip"
    """Augmentation of training pictures: horizontal flips, or none."""
    data_order: Literal["same", "per_level"] = "same"
    """Whether every level sees the batches in the same order, or each in its own."""
    seed: int = 0
    """Seed of the initial weights, data order, augmentation and dropout."""
    skip_limit: int = 20
    """Unreadable pictures to skip, with a warning, before it is an error."""
    checkpoint_every: IntOrNone = None
    """Steps between checkpoints inside a level; none is about a minute's worth."""
    dense: Path | None = None
    """A run folder of the same options, pruning apart, whose dense network (level 0) is taken over
    instead of trained once more."""
    data_dir: Path | None = None
    """Where prepared sets lie. Default: $JAXTICKET_DATA, or jaxticket/data in the user's
    cache folder."""
    run_dir: Path | None = None
    """The run folder. Default: runs/imp_MODEL_DATASET_HASH, where the hash is of these options."""


PRESETS = {
    "default": Config(),
    "paper": Config(
        preset="paper",
        image_size=128,
        batch_size=64,
        epochs=100,
        learning_rate=1e-4,
        schedule="constant",
        patience=10,
    ),
}


def check_dense(dense: Path, resolved: dict[str, Any]) -> None:
    """Check that another run trained the same dense network.

    Raises:
        FileNotFoundError: the folder holds no run.
        ValueError: an option that its level 0 depends on differs; names it.
    """
    theirs, ours = read_run(dense).config, plain(resolved)
    # Without a step K to keep, level 0 does not depend on where the others start.
    steps = any(str(one.get("rewind")).startswith("step") for one in (theirs, ours))
    free = PRUNING if steps else {*PRUNING, "rewind"}
    if "control" in theirs:
        raise ValueError(f"--dense={dense} is no run of experiments.imp, but a control")
    differing = [
        f"{name}: {theirs.get(name)!r} there, {value!r} here"
        for name, value in ours.items()
        if name not in free and theirs.get(name) != value
    ]
    if differing:
        raise ValueError(f"--dense={dense} trained another network: {'; '.join(differing)}")


def resolve(config: Config, data: Data) -> dict[str, Any]:
    """Return every field that decides the result, ready for JSON."""
    return decisive(config) | data.identity()


def decisive(config: Config) -> dict[str, Any]:
    """Return the options that decide the result, ready for JSON; what the data are is not there."""
    fields = {k: v for k, v in asdict(config).items() if k not in MAY_CHANGE}
    fields["rounds"] = None if config.sparsities else rounds(config)
    fields["epochs"] = epochs(config)
    fields["metric"] = metric(config)
    fields["sparsities"] = list(config.sparsities) if config.sparsities else None
    fields["init_from"] = file_identity(config.init_from)
    return fields


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
