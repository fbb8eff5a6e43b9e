"""How three kinds of weight file name and lay out a detector's arrays.

Own files go by the public parameter paths. PyTorch names a layer as we do and keeps kernels as
(out, in, height, width) and (out, in). Keras numbers the layers of a kind in the order in which
they were made, by a counter that need not start at one.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from jaxticket.models.weight_files import WeightFileError

Shapes = dict[str, tuple[int, ...]]

TORCH_LEAVES = {"kernel": "weight", "scale": "weight", "mean": "running_mean", "var": "running_var"}
# From PyTorch's axes to ours, by their number: OIHW to HWIO, (out, in) to (in, out).
TORCH_AXES = {1: (0,), 2: (1, 0), 4: (2, 3, 1, 0)}

KERAS_LEAVES = {
    "conv2d": {"kernel": "kernel", "bias": "bias"},
    "batch_normalization": {
        "scale": "gamma",
        "bias": "beta",
        "mean": "moving_mean",
        "var": "moving_variance",
    },
    "dense": {"kernel": "kernel", "bias": "bias"},
}


@dataclass(frozen=True)
class Slot:
    """Where one of a detector's arrays is found in a weight file.

    Attributes:
        path: "<params or batch_stats>/<layer>/<leaf>".
        shape: its shape in the detector.
        name: its name in the file.
        axes: the transposition from the file's layout to ours.
        outputs: of the output layer, the share of each of the file's outputs in our one logit.
    """

    path: str
    shape: tuple[int, ...]
    name: str
    axes: tuple[int, ...]
    outputs: tuple[int, ...] | None = None

    @property
    def layer(self) -> str:
        """Name of the layer it belongs to."""
        return self.path.partition("/")[2].rpartition("/")[0]

    @property
    def stored_shape(self) -> tuple[int, ...]:
        """Its shape in the file's layout."""
        shape = self.shape if self.outputs is None else (*self.shape[:-1], len(self.outputs))
        return tuple(shape[self.axes.index(axis)] for axis in range(len(self.axes)))


def own_slots(shapes: Shapes) -> list[Slot]:
    """Return the slots of a file written by this project: names are the paths themselves."""
    return [Slot(path, shape, path, tuple(range(len(shape)))) for path, shape in shapes.items()]


def torch_slots(shapes: Shapes, output_layer: str, names: Collection[str]) -> list[Slot]:
    """Return the slots of a PyTorch state dict with the names of torchvision or timm.

    Args:
        shapes: the detector's shapes by path.
        output_layer: its output layer; the Xception of FaceForensics++ calls it `last_linear`.
        names: the names in the file.
    """
    stored_head = "last_linear" if "last_linear.weight" in names else output_layer
    slots = []
    for path, shape in shapes.items():
        layer, _, leaf = path.partition("/")[2].rpartition("/")
        stored_layer = stored_head if layer == output_layer else layer
        name = f"{stored_layer.replace('/', '.')}.{TORCH_LEAVES.get(leaf, leaf)}"
        slots.append(Slot(path, shape, name, TORCH_AXES[len(shape)]))
    return slots


def keras_slots(
    shapes: Shapes,
    expected: Mapping[str, tuple[str, ...]],
    names: Collection[str],
) -> list[Slot]:
    """Return the slots of a MesoNet file by Keras (Afchar et al. 2018, 1809.00888).

    Args:
        shapes: the detector's shapes by path.
        expected: the detector's layers of each kind, in the order of their numbers.
        names: the names in the file, "<layer>/<weight name>".

    Raises:
        WeightFileError: the file holds another number of layers of some kind.
    """
    stored = _layers_by_kind(names)
    if _counts(expected) != _counts(stored):
        raise WeightFileError(
            f"holds {_counts(stored)} layers and this detector has {_counts(expected)}: "
            "the file is of another network"
        )
    keras_layers = {
        layer: (kind, name)
        for kind in expected
        for layer, name in zip(expected[kind], stored[kind], strict=True)
    }
    slots = []
    for path, shape in shapes.items():
        layer, _, leaf = path.partition("/")[2].rpartition("/")
        kind, keras_layer = keras_layers[layer]
        name = f"{keras_layer}/{keras_layer}/{KERAS_LEAVES[kind][leaf]}:0"
        slots.append(Slot(path, shape, name, tuple(range(len(shape)))))
    return slots


def _layers_by_kind(names: Collection[str]) -> dict[str, list[str]]:
    """Return the layers of each kind in the order of their numbers, not of their listing."""
    numbers = {kind: {} for kind in KERAS_LEAVES}
    for layer in {name.split("/")[0] for name in names}:
        # The first layer of a kind has no number in newer versions of Keras.
        match = re.fullmatch(r"(.+?)(?:_([0-9]{1,9}))?", layer)
        if match and match[1] in numbers:
            numbers[match[1]][layer] = int(match[2] or 0)
    return {kind: sorted(layers, key=layers.__getitem__) for kind, layers in numbers.items()}


def _counts(layers: Mapping[str, Sequence[str]]) -> str:
    return ", ".join(f"{len(names)} {kind}" for kind, names in layers.items())
