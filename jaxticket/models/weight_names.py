"""How three kinds of weight file name and lay out a detector's arrays.

Own files go by the public parameter paths. PyTorch names a layer as we do, or in another of the
architecture's ways, and keeps kernels as (out, in, height, width) and (out, in). Keras numbers the
layers of a kind in the order in which they were made, by a counter that need not start at one, or
in that of their places in the network.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from jaxticket.models.architecture import Architecture, KerasLayer
from jaxticket.models.keras_config import layer_names
from jaxticket.models.weight_files import Contents, WeightFile, WeightFileError

Shapes = dict[str, tuple[int, ...]]

TORCH_LEAVES = {"kernel": "weight", "scale": "weight", "mean": "running_mean", "var": "running_var"}
# From PyTorch's axes to ours, by their number: OIHW to HWIO, (out, in) to (in, out).
TORCH_AXES = {1: (0,), 2: (1, 0), 4: (2, 3, 1, 0)}

KERAS_KINDS = ("conv2d", "batch_normalization", "dense")
KERAS_LEAVES = {"scale": "gamma", "bias": "beta", "mean": "moving_mean", "var": "moving_variance"}


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


def torch_slots(shapes: Shapes, row: Architecture, names: Collection[str]) -> list[Slot]:
    """Return the slots of a PyTorch state dict with the names of torchvision, timm or other ports.

    Args:
        shapes: the detector's shapes by path.
        row: what is known of its network.
        names: the names in the file, which decide in which way they are given.
    """
    heads = (row.output_layer, f"{row.output_layer}.1", "last_linear", "last_linear.1")
    ways = row.torch_layers or tuple({row.output_layer: head} for head in heads)

    def slots(way: Mapping[str, str]) -> list[Slot]:
        return [
            Slot(path, shape, _torch_name(path, way), TORCH_AXES[len(shape)])
            for path, shape in shapes.items()
        ]

    return max(map(slots, ways), key=lambda way: len({slot.name for slot in way} & set(names)))


def _torch_name(path: str, way: Mapping[str, str]) -> str:
    layer, _, leaf = path.partition("/")[2].rpartition("/")
    return f"{way.get(layer, layer).replace('/', '.')}.{TORCH_LEAVES.get(leaf, leaf)}"


def keras_slots(
    shapes: Shapes, expected: Mapping[str, KerasLayer], file: WeightFile
) -> tuple[list[Slot], dict[str, str]]:
    """Return the slots of a MesoNet file by Keras (Afchar et al. 2018, 1809.00888).

    Args:
        shapes: the detector's shapes by path.
        expected: the detector's layers in the order of their numbers.
        file: the file, its arrays named "<layer>/<leaf>".

    Returns:
        The slots, and the file's layers as it describes them -> the detector's.

    Raises:
        WeightFileError: the file holds another number of layers of some kind.
    """
    stored = _layers_by_kind(file.arrays)
    ours = {kind: [layer for layer in expected if expected[layer].kind == kind] for kind in stored}
    if _counts(ours) != _counts(stored):
        raise WeightFileError(
            f"holds {_counts(stored)} layers and this detector has {_counts(ours)}: "
            "the file is of another network"
        )
    theirs: dict[str, str] = {}
    stored_names: dict[str, str] = {}
    for kind, names in stored.items():
        # Only a description tells the names of layers that go by their place.
        by_place = not file.numbered
        known = layer_names(file.config, kind) if by_place and file.config else names
        if len(known) != len(names):
            raise WeightFileError(
                f"describes {len(known)} {kind} layers and holds weights of {len(names)}"
            )
        stored_names |= dict(zip(known, names, strict=True))
        numbers = {name: _number(name, kind) for name in known}
        if None in numbers.values() or (by_place and not file.config):
            theirs |= dict(zip(_by_place(expected, kind), known, strict=True))
        else:
            in_order = sorted(known, key=lambda name, numbers=numbers: numbers[name] or 0)
            theirs |= dict(zip(ours[kind], in_order, strict=True))
    slots = []
    for path, shape in shapes.items():
        layer, _, leaf = path.partition("/")[2].rpartition("/")
        norm = expected[layer].kind == "batch_normalization"
        name = f"{stored_names[theirs[layer]]}/{KERAS_LEAVES[leaf] if norm else leaf}"
        slots.append(Slot(path, shape, name, tuple(range(len(shape)))))
    return slots, {name: layer for layer, name in theirs.items()}


def refuse_short_norms(arrays: Contents) -> None:
    """Refuse batch normalisation that Keras 3 wrote without beta or gamma, and without its names.

    Raises:
        WeightFileError: with the layer, and how many arrays it has and needs.
    """
    needed = KERAS_LEAVES.values()
    for layer in _layers_by_kind(arrays)["batch_normalization"]:
        there = [leaf for leaf in needed if f"{layer}/{leaf}" in arrays]
        if "moving_variance" not in there:
            raise WeightFileError(
                f"holds {len(there)} arrays of {layer}, where batch normalisation needs "
                f"{len(needed)} ({', '.join(needed)}): it was made with center=False or scale=False"
            )


def _layers_by_kind(arrays: Contents) -> dict[str, list[str]]:
    """Return the layers of each kind in the order of the file."""
    layers: dict[str, dict[str, int]] = {}
    for name, array in arrays.items():
        layer, _, leaf = name.rpartition("/")
        layers.setdefault(layer, {})[leaf] = len(array.shape)
    stored: dict[str, list[str]] = {kind: [] for kind in KERAS_KINDS}
    for layer, leaves in layers.items():
        if "gamma" in leaves or "moving_mean" in leaves:
            stored["batch_normalization"].append(layer)
        elif leaves.get("kernel") in (2, 4):
            stored["conv2d" if leaves["kernel"] == 4 else "dense"].append(layer)
    return stored


def _number(name: str, kind: str) -> int | None:
    """Return a layer's number; the first of a kind has none in newer versions of Keras."""
    match = re.fullmatch(rf"{kind}(?:_([0-9]{{1,9}}))?", name)
    return int(match[1] or 0) if match else None


def _by_place(expected: Mapping[str, KerasLayer], kind: str) -> list[str]:
    """Return a kind's layers as Keras orders a network: by the way that is left to the output."""
    left: dict[str, int] = {}
    for layer in reversed(list(expected)):
        readers = [
            left[other]
            for other, row in expected.items()
            if other in left and layer in re.findall(r"[\w.]+", row.reads)
        ]
        left[layer] = 1 + max(readers, default=0)
    layers = [layer for layer in expected if expected[layer].kind == kind]
    return sorted(layers, key=left.__getitem__, reverse=True)


def _counts(layers: Mapping[str, Sequence[str]]) -> str:
    return ", ".join(f"{len(names)} {kind}" for kind, names in layers.items())
