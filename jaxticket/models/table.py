"""The detectors by name."""

import difflib
import math
from collections.abc import Callable

import jax

from jaxticket.models.cnn5 import CNN5
from jaxticket.models.detector import Detector
from jaxticket.models.meso import Meso4, MesoInception4
from jaxticket.models.resnet import ResNet18
from jaxticket.models.xception import Xception

# Mean and deviation of red, green and blue once pixels lie in [0, 1].
_UNIT = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)
_HALF = (0.5, 0.5, 0.5), (0.5, 0.5, 0.5)
_IMAGENET = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)

DETECTORS: dict[str, Callable[[int, float], Detector]] = {
    "meso4": lambda n, w: Detector("meso4", n, Meso4(n, w), *_UNIT),
    "mesoinception4": lambda n, w: Detector("mesoinception4", n, MesoInception4(n, w), *_UNIT),
    "cnn5": lambda n, w: Detector("cnn5", n, CNN5(n, w), *_HALF),
    "resnet18": lambda n, w: Detector("resnet18", n, ResNet18(n, w), *_IMAGENET),
    "xception": lambda n, w: Detector("xception", n, Xception(n, w), *_HALF),
}
"""Constructors by name, each taking the number of logits and the width."""


def build(name: str, num_logits: int = 1, width: float = 1.0) -> Detector:
    """The detector of that name.

    Args:
        name: a key of `DETECTORS`.
        num_logits: 1 for real against fake (positive = fake), C for C classes.
        width: factor of every layer's channels; 1 is the network as published.

    Raises:
        ValueError: the name is unknown, there would be no logit, or the width is not positive.
    """
    if name not in DETECTORS:
        near = difflib.get_close_matches(name.lower(), DETECTORS, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}? " if near else ""
        raise ValueError(f"no detector named {name!r}; {hint}known: {', '.join(DETECTORS)}")
    if num_logits < 1:
        raise ValueError(f"{name}: num_logits must be 1 or more, not {num_logits}")
    if not width > 0:
        raise ValueError(f"{name}: width must be above 0, not {width}")
    return DETECTORS[name](num_logits, width)


def width_of(name: str, num_logits: int, image_size: int, parameters: int) -> float:
    """The width at which a detector has as many parameters as asked for, or as nearly as it can.

    Args:
        name: a key of `DETECTORS`.
        num_logits: as for `build`.
        image_size: the images' side in pixels; some detectors' parameters depend on it.
        parameters: how many, at most as many as at width 1.

    Raises:
        ValueError: there are not so many at width 1.
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
