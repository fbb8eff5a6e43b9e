"""What a ticket says of itself: the manifest in its metadata, schema 2."""

import json
import math
from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from msgspec import Struct

from jaxticket.calibration import Calibration
from jaxticket.tickets.container import Refused, is_shape

SCHEMA = 2
"""The form that is written; 1 was dense, with its metadata as texts and no hashes."""


class Prunable(Struct, frozen=True, kw_only=True):
    """An array that may be pruned: its shape, its size and how much of it is left."""

    shape: list[int]
    weights: int
    weights_left: int


class Preprocessing(Struct, frozen=True, kw_only=True):
    """How a decoded picture becomes what the detector sees.

    Attributes:
        colour: order of the channels.
        resize: each side for itself to `image_size`: OpenCV's INTER_AREA where the shorter side is
            at least that, INTER_LINEAR where it is less.
        orientation: of EXIF.
        divide_by, mean, std: `(pixel / divide_by - mean) / std` by channel, pixels in 0 to 255.
    """

    colour: Literal["RGB"] = "RGB"
    resize: Literal["area_down_linear_up"] = "area_down_linear_up"
    orientation: Literal["ignored"] = "ignored"
    divide_by: float = 255.0
    mean: list[float]
    std: list[float]


class Data(Struct, frozen=True, kw_only=True):
    """The pictures that a ticket was found on; the fingerprint is of their content."""

    name: str
    fingerprint: str
    synthetic: bool


class Figure(Struct, frozen=True):
    """A metric and its 95% interval over groups, None where there is none."""

    value: float | None
    low: float | None = None
    high: float | None = None


class Split(Struct, frozen=True, kw_only=True):
    """The figures of one split by metric, and how many examples and groups they are of."""

    examples: int
    groups: int
    figures: Mapping[str, Figure]


class Metrics(Struct, frozen=True, kw_only=True):
    """What the network was evaluated to, on frames; validation may have chosen it, test not."""

    validation: Split
    test: Split


class Float16(Struct, frozen=True, kw_only=True):
    """What rounding the surviving weights to float16 did on the test split.

    Attributes:
        examples: how many.
        largest_difference: of a logit.
        decisions_changed: how many decisions changed, at the threshold 0 or by the largest logit.
        metric: `auc`, or `balanced_accuracy` with several classes.
        before, after: its value of float32 and of float16.
    """

    examples: int
    largest_difference: float
    decisions_changed: int
    metric: str
    before: float | None
    after: float | None


class Compaction(Struct, frozen=True, kw_only=True):
    """What a compacted network was made from.

    Attributes:
        weights: the hash of the larger network's weights.
        channels, channels_left: of all layers' outputs, before and after.
        weights_left: how many of the larger network's prunable weights survived.
        effective_weights: those of them that have an influence on a logit.
        sparsity: the pruned share of the larger network's prunable weights.
    """

    weights: str
    channels: int
    channels_left: int
    weights_left: int
    effective_weights: int
    sparsity: float


class Origin(Struct, frozen=True, kw_only=True):
    """The weight file that a network was read from, where this project did not train it.

    Attributes:
        file: its name.
        sha256: of its bytes.
        notes: what of it was not used, and what was assumed about it.
    """

    file: str
    sha256: str
    notes: list[str] = []


class Hashes(Struct, frozen=True, kw_only=True):
    """The SHA-256 of a ticket's parts; see `jaxticket.tickets.hashes`."""

    arrays: str
    masks: str
    weights: str
    manifest: str


class Manifest(Struct, frozen=True, kw_only=True):
    """What a ticket says of itself; a ticket of schema 1 does not say what has a default.

    Attributes:
        schema: the form of the file.
        model: name of the architecture, or `package.module:name`.
        width: factor of its layers' channels.
        classes: what the logits tell apart; of one logit, above 0 is the second.
        logits: how many.
        image_size: side of the square pictures in pixels.
        prunable: by path, what may be pruned.
        level: of the run that it was found in.
        sparsity: pruned share of the prunable weights.
        weights_left: of the prunable weights.
        data: what it was found on.
        seed, rewind: of the run, as in `recipe`; 0 and `none` of weights from elsewhere.
        preprocessing: how pictures are made for it.
        recipe: every option that decided it, as `jaxticket.recipe.to_json` writes it.
        metrics: what it was evaluated to.
        versions: of what made it, as in a run's environment.json.
        licence: as its giver stated it.
        values: how surviving weights are kept; computed with in float32.
        float16: what that did, where they are kept in float16.
        graph: the forward pass, see `jaxticket.graph`; None of a detector that cannot be traced.
        compacted: from which network, if channels were removed: shapes are smaller than the
            model's, and the graph alone says what is computed.
        calibration: what its logits mean, as `experiments.calibrate` found it.
        origin: of weights from elsewhere, whose `data` are unknown and whose `recipe` is None.
        hashes: of its parts.
    """

    schema: int
    model: str
    width: float | None = None
    classes: list[str]
    logits: int
    image_size: int
    prunable: Mapping[str, Prunable]
    level: int
    sparsity: float
    weights_left: int
    data: Data
    seed: int
    rewind: str
    preprocessing: Preprocessing | None = None
    recipe: dict[str, Any] | None = None
    metrics: Metrics | None = None
    versions: dict[str, Any] = {}
    licence: str = "not stated"
    values: Literal["float32", "float16"] = "float32"
    float16: Float16 | None = None
    graph: dict[str, Any] | None = None
    compacted: Compaction | None = None
    calibration: Calibration | None = None
    origin: Origin | None = None
    hashes: Hashes | None = None

    def plain(self) -> dict[str, Any]:
        """Return it as JSON gives it back."""
        return json.loads(msgspec.json.encode(self))


def read_manifest(written: Mapping[str, Any], most: int) -> Manifest:
    """Return the manifest that a ticket of schema 2 holds.

    Args:
        written: what the file says.
        most: weights that may be pruned, all together.

    Raises:
        Refused: it is of another form, or its sizes do not agree or pass their bounds; says where.
    """
    try:
        manifest = msgspec.convert(written, Manifest)
    except msgspec.ValidationError as error:
        raise Refused(f"its manifest: {error}") from None
    total = 0
    for path, leaf in manifest.prunable.items():
        if not is_shape(leaf.shape) or math.prod(leaf.shape) != leaf.weights:
            raise Refused(f"its manifest: {path} has not {leaf.weights} weights")
        total += leaf.weights
    if total > most:
        raise Refused(f"its manifest claims {total:,} prunable weights, more than {most:,}")
    left = sum(leaf.weights_left for leaf in manifest.prunable.values())
    if left != manifest.weights_left:
        raise Refused(f"its manifest has {manifest.weights_left} weights left, its arrays {left}")
    if total and abs(manifest.sparsity - (total - left) / total) > 1e-12:
        raise Refused(f"its manifest has a sparsity of {manifest.sparsity}, its arrays another")
    if manifest.preprocessing and {3} != {
        len(manifest.preprocessing.mean), len(manifest.preprocessing.std)
    }:  # fmt: skip
        raise Refused("its manifest: preprocessing needs a mean and std of three channels")
    if len(manifest.classes) != max(2, manifest.logits):
        raise Refused(f"its manifest has {len(manifest.classes)} classes, {manifest.logits} logits")
    return manifest


def older_manifest(said: Mapping[str, Any]) -> Manifest:
    """Return what a ticket of schema 1 says, whose metadata are texts; `prunable` is left empty.

    Raises:
        Refused: one is missing or no text, or is not what it should be.
    """
    try:
        classes = json.loads(said["classes"]) if "classes" in said else ["real", "fake"]
        data = Data(name=said["data_name"], fingerprint=said["data_fingerprint"],
                    synthetic=said["synthetic"] == "True")  # fmt: skip
        kept = {name: said[name] for name in ("model", "rewind")} | {
            name: int(said[name]) for name in ("image_size", "level", "weights_left", "seed")
        }
        return msgspec.convert(
            {**kept, "schema": 1, "classes": classes, "prunable": {}, "data": data,
             "logits": 1 if "classes" not in said else len(classes),
             "sparsity": float(said["sparsity"])}, Manifest, from_attributes=True,
        )  # fmt: skip
    except KeyError as error:
        raise Refused(f"its metadata lack {error.args[0]!r}") from None
    except (ValueError, TypeError, RecursionError) as error:
        raise Refused(f"its metadata: {str(error)[:120]}") from None
