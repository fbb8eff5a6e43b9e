"""The detectors by name."""

import difflib
from collections.abc import Callable

from jaxticket.models.cnn5 import CNN5
from jaxticket.models.detector import Detector
from jaxticket.models.meso import Meso4, MesoInception4
from jaxticket.models.resnet import ResNet18
from jaxticket.models.xception import Xception

# Mean and deviation of red, green and blue once pixels lie in [0, 1].
_UNIT = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)
_HALF = (0.5, 0.5, 0.5), (0.5, 0.5, 0.5)
_IMAGENET = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)

DETECTORS: dict[str, Callable[[int], Detector]] = {
    "meso4": lambda n: Detector("meso4", n, Meso4(n), *_UNIT),
    "mesoinception4": lambda n: Detector("mesoinception4", n, MesoInception4(n), *_UNIT),
    "cnn5": lambda n: Detector("cnn5", n, CNN5(n), *_HALF),
    "resnet18": lambda n: Detector("resnet18", n, ResNet18(n), *_IMAGENET),
    "xception": lambda n: Detector("xception", n, Xception(n), *_HALF),
}
"""Constructors by name, each taking the number of logits."""


def build(name: str, num_logits: int = 1) -> Detector:
    """The detector of that name.

    Args:
        name: a key of `DETECTORS`.
        num_logits: 1 for real against fake (positive = fake), C for C classes.

    Raises:
        ValueError: the name is unknown, or there would be no logit.
    """
    if name not in DETECTORS:
        near = difflib.get_close_matches(name.lower(), DETECTORS, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}? " if near else ""
        raise ValueError(f"no detector named {name!r}; {hint}known: {', '.join(DETECTORS)}")
    if num_logits < 1:
        raise ValueError(f"{name}: num_logits must be 1 or more, not {num_logits}")
    return DETECTORS[name](num_logits)
