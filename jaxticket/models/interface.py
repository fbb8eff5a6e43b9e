"""What a user's own detector must keep to, checked by shapes: nothing is computed."""

from functools import partial

import jax
import jax.numpy as jnp

from jaxticket.doors import is_own, naming
from jaxticket.models.detector import Detector
from jaxticket.models.table import build
from jaxticket.trees import leaves_by_path, prunable_paths

_BATCH = 2


def check_detector(name: str, image_size: int, num_logits: int = 1) -> None:
    """Refuse a detector that cannot be trained, before anything else is done.

    Args:
        name: as for `build`.
        image_size: the images' side in pixels.
        num_logits: as for `build`.

    Raises:
        ValueError: the name is unknown, the images are too small, or a user's network does not
            keep to the interface; says in what.
    """
    detector = build(name, num_logits)
    detector.check_size((1, image_size, image_size, 3))
    if not is_own(name):
        return
    with naming("detector", name, f"on images of {image_size}x{image_size} pixels"):
        problem = _problem(detector, image_size)
    if problem:
        raise ValueError(f"the detector {name!r}: {problem}")


def _problem(detector: Detector, image_size: int) -> str:
    """Return what is wrong with a network, or nothing."""
    key = jax.eval_shape(lambda: jax.random.key(0))
    x = jax.ShapeDtypeStruct((_BATCH, image_size, image_size, 3), jnp.float32)
    params, stats = jax.eval_shape(partial(detector.init, image_size=image_size), key)
    features = jax.eval_shape(detector.features, params, stats, x)
    if len(features.shape) != 4 or features.shape[0] != _BATCH:
        return f"features gives {_form(features)}, not a map [B, h, w, c]"
    train = partial(detector.apply, train=True)
    after, updated = jax.eval_shape(
        lambda *args, key: train(*args, key=key), params, stats, x, key=key
    )
    for logits in (jax.eval_shape(detector.head, params, stats, features), after):
        if logits.shape != (_BATCH, detector.num_logits):
            return f"head gives {_form(logits)}, not logits [B, num_logits={detector.num_logits}]"
    if jax.tree.structure(updated) != jax.tree.structure(stats):
        return "training changes which batch statistics there are"
    if f"{detector.output_layer}/kernel" not in leaves_by_path(params):
        return (
            f"there is no {detector.output_layer}/kernel among its parameters, which are "
            f"{', '.join(leaves_by_path(params))}: call its last dense layer fc, or name it in "
            "Architecture(output_layer=...)"
        )
    if not prunable_paths(params, detector.output_layer):
        return "it has no leaf named kernel besides the output layer's: nothing can be pruned"
    layers = detector.layers(image_size)
    if lacking := [layer for layer in detector.map_layers if len(layers.get(layer, ())) != 3]:
        return f"no map comes from {', '.join(lacking)} (map_layers); layers: {', '.join(layers)}"
    return ""


def _form(array: jax.ShapeDtypeStruct) -> str:
    return f"{array.dtype}{list(array.shape)}"
