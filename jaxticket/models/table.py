"""The detectors by name."""

import math

import jax

from jaxticket.doors import look_up
from jaxticket.models import meso
from jaxticket.models.architecture import Architecture
from jaxticket.models.cnn5 import CNN5
from jaxticket.models.detector import Detector
from jaxticket.models.resnet import ResNet18
from jaxticket.models.xception import Xception

_HALF = (0.5, 0.5, 0.5)

DETECTORS: dict[str, Architecture] = {
    "meso4": Architecture(
        meso.Meso4,
        minimum_image_size=32,
        epochs=18,  # of the smallest networks, which are short
        map_layers=("bn4", "bn3", "bn2", "bn1"),
        epsilon=meso.EPSILON,
        torch_names=True,
        torch_layers=meso.TORCH_MESO4,
        flattened=("fc1", "bn4"),
        keras_layers=meso.KERAS_MESO4,
    ),
    "mesoinception4": Architecture(
        meso.MesoInception4,
        minimum_image_size=32,
        epochs=18,
        map_layers=("bn4", "bn3", "inception2.bn", "inception1.bn"),
        epsilon=meso.EPSILON,
        torch_names=True,
        torch_layers=meso.TORCH_MESOINCEPTION4,
        flattened=("fc1", "bn4"),
        keras_layers=meso.KERAS_MESOINCEPTION4,
    ),
    "cnn5": Architecture(
        CNN5,
        mean=_HALF,
        std=_HALF,
        minimum_image_size=32,
        map_layers=("relu5", "relu4", "relu3", "relu2", "relu1"),
    ),
    "resnet18": Architecture(
        ResNet18,
        mean=(0.485, 0.456, 0.406),
        std=(0.229, 0.224, 0.225),
        minimum_image_size=32,
        map_layers=("layer3.1", "layer2.1", "layer1.1"),
        torch_names=True,
    ),
    "xception": Architecture(
        Xception,
        mean=_HALF,
        std=_HALF,
        minimum_image_size=32,
        map_layers=("block11", "block2", "block1"),
        torch_names=True,
        torch_unused=("adjust_channel.",),  # of DeepfakeBench
    ),
}
"""By name; map layers lie behind batch normalisation (Meso), the rectifier (CNN-5, ResNet) or the
sum of a residual block (Xception)."""


def architecture(name: str) -> Architecture:
    """Return what is known of a network before it is built.

    Args:
        name: a key of `DETECTORS`, or `package.module:name` of an `Architecture`, or of a Linen
            module class where its defaults are right.

    Raises:
        ValueError: there is no such thing, or it lacks `features` or `head`.
    """
    row = look_up("detector", name, DETECTORS)
    if not isinstance(row, Architecture):
        row = Architecture(row)
        if not callable(row.network):
            raise ValueError(
                f"the detector {name!r} is a {type(row.network).__name__}: give a Linen module "
                "class, or a jaxticket.models.Architecture"
            )
    return row


def build(name: str, num_logits: int = 1, width: float = 1.0) -> Detector:
    """Return the detector of that name.

    Args:
        name: as for `architecture`.
        num_logits: 1 for real against fake (positive = fake), C for C classes.
        width: factor of every layer's channels; 1 is the network as published.

    Raises:
        ValueError: the name is unknown or names no detector, there would be no logit, or the width
            is not positive.
    """
    row = architecture(name)
    if num_logits < 1:
        raise ValueError(f"{name}: num_logits must be 1 or more, not {num_logits}")
    if not width > 0:
        raise ValueError(f"{name}: width must be above 0, not {width}")
    module = row.module(num_logits, width)
    if lacking := [it for it in ("features", "head") if not callable(getattr(module, it, None))]:
        raise ValueError(
            f"the detector {name!r} lacks the method {' and '.join(lacking)}: logits are "
            "head(features(x, train), train)"
        )
    return Detector(name, num_logits, module, row)


def width_of(name: str, num_logits: int, image_size: int, parameters: int) -> float:
    """Return the width at which a detector has that many parameters, or as nearly as it can.

    Args:
        name: as for `architecture`.
        num_logits: as for `build`.
        image_size: the images' side in pixels; some detectors' parameters depend on it.
        parameters: how many, at most as many as at width 1.

    Raises:
        ValueError: there are not so many at width 1, or the network takes no width.
    """
    if parameters > _parameters(name, num_logits, image_size, 1.0):
        raise ValueError(f"{name} has no {parameters:,} parameters at width 1")
    low, high = 0.0, 1.0
    for _ in range(24):  # the count grows with the width, in steps of single channels
        middle = (low + high) / 2
        many = _parameters(name, num_logits, image_size, middle) > parameters
        low, high = (low, middle) if many else (middle, high)

    def distance(width: float) -> int:
        return abs(_parameters(name, num_logits, image_size, width) - parameters)

    return min(high, low or high, key=distance)


def _parameters(name: str, num_logits: int, image_size: int, width: float) -> int:
    detector = build(name, num_logits, width)
    key = jax.random.key(0)
    params, _ = jax.eval_shape(lambda: detector.init(key, image_size))
    return sum(math.prod(leaf.shape) for leaf in jax.tree.leaves(params))
