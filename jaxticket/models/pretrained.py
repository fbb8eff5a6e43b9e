"""Loading pretrained weights into a detector.

Three kinds of file are read: MesoNet's Keras files, state dicts with the public names of
torchvision's ResNet-18 and of the Xception used for FaceForensics++ (safetensors or PyTorch), and
safetensors files by the detector's own parameter paths. Everything must fit exactly, by name and
shape; only an output layer made for other classes is left as it was initialised, with a note.
"""

from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np

from jaxticket.models.detector import Detector
from jaxticket.models.output_layer import FakeOutput, count_outputs, match_output_layer
from jaxticket.models.weight_files import Contents, StoredArray, WeightFileError, open_weights
from jaxticket.models.weight_names import Shapes, Slot, keras_slots, own_slots, torch_slots
from jaxticket.trees import leaves_by_path, replace_leaves

Tree = dict[str, Any]

MAX_LISTED = 10
"""Most names an error lists of each kind of mismatch; it always gives their number."""


def load_weights(
    path: Path,
    detector: Detector,
    params: Tree,
    batch_stats: Tree,
    fake_output: FakeOutput | None = None,
) -> tuple[Tree, Tree, list[str]]:
    """Return a detector's parameters and batch statistics with a weight file's values.

    Args:
        path: a file ending in .h5, .hdf5, .safetensors, .pth, .pt or .bin.
        detector: the detector that the trees belong to.
        params: its freshly initialised parameters; an output layer of other classes keeps them.
        batch_stats: its batch statistics.
        fake_output: which of the file's outputs means fake, for a detector with one logit and a
            file that does not say it.

    Returns:
        The new parameters, the new batch statistics, and notes for the person: what of the file
        was not used, and what was assumed about it.

    Raises:
        FileNotFoundError: there is no such file.
        WeightFileError: a ValueError; the file cannot be read, its names or shapes are not the
            detector's (the message lists them), values are not finite, or which of its outputs
            means fake must be said.
        ImportError: a PyTorch file, and PyTorch is not installed.
    """
    tree = {"params": params, "batch_stats": batch_stats}
    leaves = leaves_by_path(tree)
    shapes = {leaf_path: tuple(leaf.shape) for leaf_path, leaf in leaves.items()}
    with open_weights(Path(path)) as contents:
        contents, slots, notes = _recognise(contents, shapes, detector)
        head = [slot for slot in slots if slot.layer == detector.output_layer]
        outputs = count_outputs(contents, head)
        if outputs is not None:
            slots = [slot for slot in slots if slot not in head]
            _check_fit(_without(contents, {slot.name for slot in head}), slots, detector)
            head, more = match_output_layer(contents, head, outputs, detector, fake_output)
            slots, notes = [*slots, *head], [*notes, *more]
        else:
            _check_fit(contents, slots, detector)
        values = {slot.path: _values(contents[slot.name], slot) for slot in slots}
    new = {key: jnp.asarray(value, leaves[key].dtype) for key, value in values.items()}
    tree = replace_leaves(tree, new)
    return tree["params"], tree["batch_stats"], notes


def _recognise(
    contents: Contents, shapes: Shapes, detector: Detector
) -> tuple[Contents, list[Slot], list[str]]:
    """Return what of the file counts, where in it each array is, and notes."""
    if any(name.startswith("params/") for name in contents):
        masks = {name for name in contents if name.startswith("masks/")}
        notes = [f"the file's {len(masks)} masks were ignored: only weights are loaded"]
        return _without(contents, masks), own_slots(shapes), notes if masks else []
    if any(name.endswith(":0") for name in contents):  # TensorFlow's names of variables
        if (layers := detector.architecture.keras_layers) is None:
            raise _unknown_names("Keras", detector)
        return contents, keras_slots(shapes, layers, contents), []
    if not detector.architecture.torch_names:
        raise _unknown_names("PyTorch", detector)
    # A model wrapped to run on several devices has "module." before every name.
    if all(name.startswith("module.") for name in contents):
        contents = {name.removeprefix("module."): array for name, array in contents.items()}
    counters = {name for name in contents if name.endswith(".num_batches_tracked")}
    contents = _without(contents, counters)
    return contents, torch_slots(shapes, detector.output_layer, contents), []


def _without(contents: Contents, names: set[str]) -> Contents:
    return {name: array for name, array in contents.items() if name not in names}


def _unknown_names(library: str, detector: Detector) -> WeightFileError:
    return WeightFileError(
        f"names its arrays as {library} does, and no such files are known for {detector.name}. To "
        "load it, write a safetensors file named 'params/<layer>/<leaf>' and "
        "'batch_stats/<layer>/<leaf>'"
    )


def _check_fit(contents: Contents, slots: list[Slot], detector: Detector) -> None:
    """Refuse a file whose names and shapes are not exactly the detector's.

    Raises:
        WeightFileError: with what is missing, what is not the detector's, and what has another
            shape; shapes are in the file's own layout.
    """
    by_name = {slot.name: slot for slot in slots}
    missing = [f"{name} {by_name[name].stored_shape}" for name in by_name if name not in contents]
    unexpected = [
        f"{name!r} {array.shape}" for name, array in contents.items() if name not in by_name
    ]
    reshaped = [
        f"{name} is {contents[name].shape}, expected {slot.stored_shape}"
        for name, slot in by_name.items()
        if name in contents and not _fits(contents[name].shape, slot)
    ]
    problems = [
        *_listed("missing", missing),
        *_listed("unexpected", unexpected),
        *_listed("of another shape", reshaped),
    ]
    if problems:
        raise WeightFileError(f"does not fit {detector.name}: " + "; ".join(problems))


def _fits(shape: tuple[int, ...], slot: Slot) -> bool:
    # The oldest public Xception file keeps its pointwise kernels, which are 1 x 1, as matrices.
    matrix = slot.layer.endswith(".pointwise") and slot.stored_shape[2:] == (1, 1)
    return shape == slot.stored_shape or (matrix and shape == slot.stored_shape[:2])


def _listed(what: str, entries: list[str]) -> list[str]:
    if not entries:
        return []
    more = f" and {len(entries) - MAX_LISTED} more" if len(entries) > MAX_LISTED else ""
    return [f"{len(entries)} {what}: {', '.join(entries[:MAX_LISTED])}{more}"]


def _values(stored: StoredArray, slot: Slot) -> np.ndarray:
    """Read an array in our layout, float32.

    Raises:
        WeightFileError: a value is not finite, or a variance is negative.
    """
    array = stored.read().reshape(slot.stored_shape).transpose(slot.axes)
    if not np.isfinite(array).all():
        raise WeightFileError(f"{slot.name} has values that are not finite (or not in float32)")
    if slot.path.endswith("/var") and (array < 0).any():
        raise WeightFileError(f"{slot.name} is a variance and has negative values")
    return array if slot.outputs is None else _one_logit(array, slot.outputs)


def _one_logit(array: np.ndarray, shares: tuple[int, ...]) -> np.ndarray:
    return (array * np.array(shares, np.float32)).sum(axis=-1, keepdims=True)
