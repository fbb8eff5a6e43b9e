"""Loading pretrained weights into a detector.

Three kinds of file are read: MesoNet's Keras files, state dicts with the public names of
torchvision's ResNet-18, of the Xception used for FaceForensics++ and of ports of MesoNet
(safetensors or PyTorch), and safetensors files by the detector's own parameter paths. Everything
must fit exactly, by name and shape, and nothing that a file says of its network may contradict the
detector; only an output layer made for other classes is left as it was initialised, with a note.
"""

from functools import partial
from pathlib import Path
from typing import Any, get_args

import jax
import jax.numpy as jnp
import numpy as np

from jaxticket.models.architecture import Architecture
from jaxticket.models.detector import Detector
from jaxticket.models.keras_config import contradictions
from jaxticket.models.output_layer import FakeOutput, count_outputs, match_output_layer
from jaxticket.models.table import DETECTORS
from jaxticket.models.torch_layout import (
    EPSILON,
    absent_biases,
    flattened_as_ours,
    refuse_shared_norms,
    scales_for_our_epsilon,
)
from jaxticket.models.weight_files import (
    Contents,
    StoredArray,
    WeightFile,
    WeightFileError,
    open_weights,
)
from jaxticket.models.weight_names import (
    Shapes,
    Slot,
    keras_slots,
    own_slots,
    refuse_short_norms,
    torch_slots,
)
from jaxticket.trees import leaves_by_path, replace_leaves

Tree = dict[str, Any]

SIZES = range(32, 1025, 32)
"""Sides of pictures, in pixels, that a file of another shape may have been made for; 32 of them
leave one last map of MesoNet."""
_MESONET = "ReLU before batch normalisation, LeakyReLU 0.1, SAME padding and pixels in [0, 1]"
_UNSAID = "the file does not describe its network"
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
        path: a file with one of the endings of `weight_files.FORMATS`.
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
        ValueError: `fake_output` is none of its values, such as the integer 1.
        ImportError: a PyTorch file, and PyTorch is not installed.
    """
    if fake_output not in (None, *get_args(FakeOutput)):
        raise ValueError(f"fake_output={fake_output!r}: expected one of {get_args(FakeOutput)}")
    tree = {"params": params, "batch_stats": batch_stats}
    leaves = leaves_by_path(tree)
    shapes = {leaf_path: tuple(leaf.shape) for leaf_path, leaf in leaves.items()}
    with open_weights(Path(path)) as file:
        contents, slots, notes = _recognise(file, shapes, detector)
        if absent := absent_biases(contents, slots):
            contents |= absent
            notes.append("the file's convolutions have no biases: they begin at zero")
        head = [slot for slot in slots if slot.layer == detector.output_layer]
        outputs = count_outputs(contents, head)
        if outputs is not None:
            body = [slot for slot in slots if slot not in head]
            others = _without(contents, {slot.name for slot in head})
            _check_fit(others, body, detector, file.library)
            head, more = match_output_layer(
                contents, head, outputs, detector, fake_output, file.classes
            )
            slots, notes = [*body, *head], [*notes, *more]
        else:
            _check_fit(contents, slots, detector, file.library)
        values = {slot.path: _values(contents[slot.name], slot) for slot in slots}
    if file.library == "torch":
        _lay_out_as_ours(values, shapes, detector.architecture)
    new = {key: jnp.asarray(value, leaves[key].dtype) for key, value in values.items()}
    tree = replace_leaves(tree, new)
    return tree["params"], tree["batch_stats"], notes


def _recognise(
    file: WeightFile, shapes: Shapes, detector: Detector
) -> tuple[Contents, list[Slot], list[str]]:
    """Return what of the file counts, where in it each array is, and notes."""
    row, contents = detector.architecture, file.arrays
    if file.library == "own":
        masks = {name for name in contents if name.startswith("masks/")}
        notes = [f"the file's {len(masks)} masks were ignored: only weights are loaded"]
        return _without(contents, masks), own_slots(shapes), notes if masks else []
    if file.library == "keras":
        if row.keras_layers is None:
            raise _of_another_network("Keras", contents, detector)
        if file.config is None:
            refuse_short_norms(contents)
        slots, ours = keras_slots(shapes, row.keras_layers, file)
        if file.config is None:
            return contents, slots, [f"{_UNSAID}: {_MESONET} were assumed"]
        wrong = contradictions(file.config, ours, row.keras_layers, row.epsilon, detector.name)
        if listed := list(wrong):
            more = f"; and {len(listed) - MAX_LISTED} more" if len(listed) > MAX_LISTED else ""
            raise WeightFileError(
                f"describes another network than {detector.name}: "
                + "; ".join(listed[:MAX_LISTED])
                + more
            )
        return contents, slots, []
    if not row.torch_names:
        raise _of_another_network("PyTorch", contents, detector)
    counters = {name for name in contents if name.endswith(".num_batches_tracked")}
    unused = {name for name in contents if name.startswith(row.torch_unused)} - counters
    contents = _without(contents, counters | unused)
    notes = [*file.notes]
    if unused:
        notes.append(f"not used: {', '.join(sorted(unused)[:MAX_LISTED])}")
    slots = torch_slots(shapes, row, contents)
    if row.torch_layers:
        refuse_shared_norms(contents, slots, detector.name)
        notes.append(
            f"{_UNSAID}: {_MESONET} were assumed, and an epsilon of {EPSILON} in batch "
            f"normalisation, whose scales were changed to give the same with {row.epsilon}"
        )
    return contents, slots, notes


def _lay_out_as_ours(values: dict[str, np.ndarray], shapes: Shapes, row: Architecture) -> None:
    """Put right in place what a PyTorch port keeps otherwise; see `torch_layout`."""
    if row.flattened is not None:
        dense, before = row.flattened
        kernel, channels = f"params/{dense}/kernel", shapes[f"params/{before}/scale"][0]
        values[kernel] = flattened_as_ours(values[kernel], channels)
    if row.epsilon != EPSILON:
        scales_for_our_epsilon(values, row)


def _without(contents: Contents, names: set[str]) -> Contents:
    return {name: array for name, array in contents.items() if name not in names}


def _of_another_network(library: str, contents: Contents, detector: Detector) -> WeightFileError:
    separator = "/" if library == "Keras" else "."
    layers = list(dict.fromkeys(name.rpartition(separator)[0] or name for name in contents))
    readers = [
        name
        for name, row in DETECTORS.items()
        if (row.torch_names if library == "PyTorch" else row.keras_layers is not None)
    ]
    return WeightFileError(
        f"is of another network than {detector.name}, with {_listed('layers', layers)[0]}; "
        f"{library} files are read for {', '.join(readers)} (--model), and for {detector.name} "
        "only safetensors files with the names 'params/<layer>/<leaf>' and "
        "'batch_stats/<layer>/<leaf>'"
    )


def _check_fit(contents: Contents, slots: list[Slot], detector: Detector, library: str) -> None:
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
    other = [
        slot
        for name, slot in by_name.items()
        if name in contents and not _fits(contents[name].shape, slot)
    ]
    reshaped = [f"{s.name} is {contents[s.name].shape}, expected {s.stored_shape}" for s in other]
    problems = [
        *_listed("missing", missing),
        *_listed("unexpected", unexpected),
        *_listed("of another shape", reshaped),
    ]
    # What a hidden dense layer reads depends on the size of the pictures.
    dense = [s for s in other if len(s.shape) == 2 and s.layer != detector.output_layer]
    if dense and dense == other and not missing and not unexpected:
        problems += _other_size(contents, slots, detector, library)
    if problems:
        raise WeightFileError(f"does not fit {detector.name}: " + "; ".join(problems))


def _other_size(
    contents: Contents, slots: list[Slot], detector: Detector, library: str
) -> list[str]:
    """Return what to do if a file was made for pictures of another size, else nothing.

    Keras pools by rounding up, as the detectors do, and PyTorch by rounding down.
    """
    theirs = {
        slot.path: tuple(contents[slot.name].shape[axis] for axis in slot.axes)
        for slot in slots
        if len(contents[slot.name].shape) == len(slot.axes)
    }

    def fits(size: int) -> bool:
        shapes = jax.eval_shape(partial(detector.init, image_size=size), jax.random.key(0))
        leaves = leaves_by_path(dict(zip(("params", "batch_stats"), shapes, strict=True)))
        return all(leaves[path].shape == shape for path, shape in theirs.items())

    size = next(filter(fits, SIZES), None)
    if size is None:
        return []
    first = max(size - SIZES.step + 1, detector.architecture.minimum_image_size)
    low = next(filter(fits, range(first, size + 1)))
    low, high = (size, size + SIZES.step - 1) if library == "torch" else (low, size)
    made = f"{low} to {high}" if low < high else str(low)
    return [f"it was made for pictures of {made} pixels, and fits here with --image_size={size}"]


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
