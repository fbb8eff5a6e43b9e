"""A run's recipe: every option that decides its result, and the data it was trained on.

`Options` is what a person chooses; a `Recipe` is the same with nothing left open, and what the data
were. It is written whole into a run folder's config.json, with a schema version. A field that an
older run lacks has its default; a field that this version does not know is refused by name.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal

import msgspec

SCHEMA = 1
"""The version of the form in which a recipe is written; 0 had no version."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """What decides the result of a run, as a person chooses it."""

    model: str = "resnet18"
    """Detector: meso4, mesoinception4, cnn5, resnet18 or xception; or your own,
    package.module:name, as for the other parts in docs/extending.md."""
    mixture: tuple[float, ...] | None = None
    """Of several data sets: how often each is drawn from in training, such as 0.7,0.3 (an epoch
    has as many pictures as all together). Without it every picture is drawn equally often."""
    task: Literal["real_or_fake", "method"] = "real_or_fake"
    """What the detector is to say: real or fake, by one logit; or which method made the picture
    (real among them), by one logit a method of the data sets."""
    methods: tuple[str, ...] | None = None
    """Forgery methods to train and validate on, beside the real pictures, such as
    Swap,SelfBlend. The test split stays whole: what is found of each method, those never seen
    among them, experiments.evaluate tells. Without it, all methods."""
    image_size: int = 64
    """Side of the square pictures that the detector sees, in pixels."""
    init_from: Path | None = None
    """Weights to begin with: MesoNet's of Keras (.h5, .keras), safetensors, or a PyTorch state
    dict. Without it, random weights from the seed."""
    fake_output: Literal["0", "1", "new"] | None = None
    """Which output of the weight file means fake, where it does not say so itself: of two, 0 or 1;
    of a single one, 1 if it is the probability of fake, 0 if of real. new begins with a new
    output layer."""
    rounds: int | None = None
    """Prunings after the dense level: levels 0 to ROUNDS. Without it and without sparsities: 7,
    which ends at 79.0%."""
    prune_fraction: float = 0.2
    """Fraction of the surviving weights that a round removes, in (0, 1); with sparsities, the
    most that a round may remove."""
    sparsities: tuple[float, ...] | None = None
    """Instead of rounds: sparsities to reach, as increasing fractions, such as 0.2,0.5,0.8. Where
    one round would remove more than the prune fraction, rounds are put between; they are trained,
    but only the levels named here are evaluated and kept in full."""
    criterion: str = "magnitude"
    """What weights are pruned by: magnitude (of the trained weights), random, or, scored where
    training begins, snip (sensitivity of the loss) or synflow (synaptic flow); or your own."""
    pruning: Literal["iterative", "one_shot"] = "iterative"
    """Every level from the one before, or every level from the dense network in one jump."""
    search: str = "full"
    """How long a level is trained before the mask of the next is drawn from it: full (to its end),
    short:F (a fraction F of its steps, such as short:0.2), or early_bird, early_bird:EPS,
    early_bird:EPS:EPOCHS (until the mask has settled: the distances between the masks of
    neighbouring epochs were below EPS, 0.1, for EPOCHS, 2, in a row; at the latest to its end).
    Tickets are trained in full all the same; levels that only lead to the next end there, and
    without sparsities these are all but level 0 and the last."""
    scope: Literal["global", "local"] = "global"
    """One threshold for the whole network, or one for every layer."""
    prune_output: bool = False
    """Prune the output layer too."""
    rewind: str = "init"
    """Where a pruned network starts: init (saved initial weights), step:K (the state at step K of
    level 0), lr (weights kept, schedule run again) or none (weights kept, trained on at the final
    rate)."""
    epochs: int | None = None
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
    patience: int | None = None
    """Epochs without a better validation value after which a level stops, with its best weights
    kept; none trains all epochs and keeps the last weights."""
    metric: str | None = None
    """The validation value that patience watches. Without it: auc, and for --task=method, which has
    no auc, balanced_accuracy: the mean of the classes' recalls. Or accuracy, average_precision, or
    your own."""
    balance: Literal["none", "sampling", "loss"] = "none"
    """Unequal classes: leave them, draw all equally often, or weigh the loss."""
    augmentation: Literal["none", "flip"] = "flip"
    """Augmentation of training pictures: horizontal flips, or none."""
    precision: Literal["float32", "bfloat16"] = "float32"
    """What the layers of a training step compute in. Parameters, the optimizer, BatchNorm's
    statistics, the loss and every evaluation are float32 all the same. bfloat16 is for
    accelerators."""
    data_order: Literal["same", "per_level"] = "same"
    """Whether every level sees the batches in the same order, or each in its own."""
    seed: int = 0
    """Seed of the initial weights, data order, augmentation and dropout."""


@dataclass(frozen=True, kw_only=True)
class ControlOf:
    """Which ticket a run is the control of.

    Attributes:
        kind: what is trained, such as `random_global`; `ticket` for the ticket itself.
        level: of the ticket.
        ticket_masks: their SHA-256.
        source_data_name, source_data_fingerprint: of the data on which the ticket was found.
    """

    kind: str
    level: int
    ticket_masks: str = ""
    source_data_name: str = ""
    source_data_fingerprint: str = ""


@dataclass(frozen=True, kw_only=True)
class TwinsOf:
    """Which tickets a run of experiments.connectivity trains again.

    Attributes:
        levels: of the tickets.
        ticket_masks: their SHA-256, one a level.
        points: places on the line between two trainings.
        batches: of which batch statistics are estimated at every place.
        twin: the number of the twin; None for the run that holds them all.
    """

    levels: tuple[int, ...]
    ticket_masks: tuple[str, ...]
    points: int
    batches: int
    twin: int | None = None


@dataclass(frozen=True, kw_only=True)
class Recipe(Options):
    """The options of a run with nothing left open, and its data.

    Attributes:
        init_from: name and SHA-256 of the weight file.
        data_name, data_fingerprint: of the data set; the fingerprint is of its content.
        synthetic: whether the pictures were rendered.
        classes: of the task `method`, in the order of the logits, `real` first.
        control: of a run of experiments.control.
        twins: of a run of experiments.connectivity.
    """

    init_from: str | None = None
    data_name: str = ""
    data_fingerprint: str = ""
    synthetic: bool = False
    classes: tuple[str, ...] | None = None
    control: ControlOf | None = None
    twins: TwinsOf | None = None

    @property
    def derived(self) -> bool:
        """Whether the run belongs to a ticket of another run."""
        return self.control is not None or self.twins is not None


TWIN = "twin"
"""What is written as `control` of a run of experiments.connectivity."""
_OWN = {field.name for field in fields(Recipe)} - {"control", "twins"}
_LEFT_OUT = {"classes": None, "fake_output": None, "search": "full", "precision": "float32"}
"""Left out where they have these values, so that folders have the names that older versions gave
them."""
_CONTROL = {field.name for field in fields(ControlOf)} - {"kind"}
_TWINS = {field.name for field in fields(TwinsOf)}


class UnknownOption(ValueError):
    """A recipe names what this version does not know: a newer version wrote it."""


def values(recipe: Recipe) -> dict[str, Any]:
    """Return name -> value of all that a recipe says, as JSON gives it."""
    written = _built_in(recipe).items()
    flat = {k: v for k, v in written if k in _OWN and not (k in _LEFT_OUT and v == _LEFT_OUT[k])}
    if recipe.control is not None:
        control = _built_in(recipe.control)
        flat |= {"control": control.pop("kind"), **control}
    if recipe.twins is not None:
        twins = {k: v for k, v in _built_in(recipe.twins).items() if v is not None}
        flat |= {"control": TWIN, **twins}
    return flat


def _built_in(record: Any) -> dict[str, Any]:
    """Return the fields of a dataclass; as a whole msgspec would leave out those at default."""
    every = {field.name: getattr(record, field.name) for field in fields(record)}
    return msgspec.json.decode(msgspec.json.encode(every))


def to_json(recipe: Recipe) -> dict[str, Any]:
    """Return a recipe as it is written."""
    return {"schema": SCHEMA, **values(recipe)}


def from_json(written: Mapping[str, Any]) -> Recipe:
    """Return the recipe that a config.json holds, of this or an older version.

    Raises:
        UnknownOption: it names a field, or a schema, that this version does not know.
        msgspec.ValidationError: a value is of another kind, or lacks; says which.
    """
    kind, schema = written.get("control"), written.get("schema", 0)
    more = set() if kind is None else {"control", *(_TWINS if kind == TWIN else _CONTROL)}
    unknown = sorted(written.keys() - _OWN - more - {"schema"})
    if unknown or schema not in range(SCHEMA + 1):
        what = f"the options {', '.join(unknown)}" if unknown else f"a recipe of schema {schema!r}"
        raise UnknownOption(f"{what}, which this version does not know")
    recipe = {name: value for name, value in written.items() if name in _OWN}
    rest = {name: value for name, value in written.items() if name in more}
    if kind == TWIN:
        recipe["twins"] = rest
    elif kind is not None:
        recipe["control"] = {"kind": rest.pop("control"), **rest}
    return msgspec.convert(recipe, Recipe)


def control_of(recipe: Recipe) -> ControlOf:
    """Return what a control is a control of.

    Raises:
        ValueError: the recipe is of no control.
    """
    if recipe.control is None:
        raise ValueError("the run is no control")
    return recipe.control


def of_twin(recipe: Recipe, number: int) -> Recipe:
    """Return the recipe of one of the twins."""
    assert recipe.twins is not None
    return replace(recipe, twins=replace(recipe.twins, twin=number))


def differences(first: Recipe, second: Recipe) -> list[tuple[str, Any, Any]]:
    """Return name and both values of everything in which two recipes differ.

    Data of equal content are the same under any name: a folder may have been renamed.
    """
    here, there = ({**_LEFT_OUT, **values(recipe)} for recipe in (first, second))
    for which in ("", "source_"):
        content, name = f"{which}data_fingerprint", f"{which}data_name"
        if here.get(content) and here[content] == there.get(content):
            there[name] = here.get(name)
    pairs = ((name, here.get(name), there.get(name)) for name in sorted({*here, *there}))
    return [pair for pair in pairs if pair[1] != pair[2]]


def run_name(experiment: str, recipe: Recipe) -> str:
    """Return a folder name that the same options always give, and others do not."""
    return folder_name(experiment, recipe.model, recipe.data_name, values(recipe))


def folder_name(experiment: str, model: str, data_name: str, identity: Mapping[str, Any]) -> str:
    """Return the name of a folder of results: of what, and a hash of what decides them."""
    digest = hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:8]
    words = [re.sub(r"[^\w.-]+", "_", name) for name in (experiment, model, data_name)]
    return "_".join([*words, digest])
