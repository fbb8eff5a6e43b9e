"""PyTorch state dicts, read with `weights_only`: tensors and plain containers, never code."""

import json
import pickle
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from jaxticket.models.weight_files.stored import (
    Contents,
    StoredArray,
    WeightFile,
    WeightFileError,
    refusing,
)

PREFIXES = ("module.", "model.", "net.", "backbone.")
"""What wrappers put before every name: of several devices, of a trainer, of a detector."""

CONTAINERS = (Mapping, list, tuple)
"""Where in a checkpoint a state dict may lie."""

CLASS_KEYS = ("class_to_idx", "classes", "class_names", "label2id", "id2label", "labels")
"""Where checkpoints name the classes of their outputs."""


@contextmanager
def pytorch_file(path: Path) -> Iterator[WeightFile]:
    """Open a state dict, bare or wherever it lies in a checkpoint.

    Raises:
        WeightFileError: it is damaged, wants code to be run, or holds no state dict or several.
        ImportError: PyTorch is not installed.
    """
    try:
        import torch  # pyright: ignore[reportMissingImports]
    except ImportError:
        raise ImportError(
            f"{path}: reading PyTorch files needs the extra 'torch': "
            "pip install 'jaxticket[torch]' (a safetensors file needs nothing more)"
        ) from None
    with refusing("is not a whole PyTorch file"):
        _refuse_inflated_archive(path)
        try:
            loaded = torch.load(path, map_location="cpu", weights_only=True)
        except pickle.UnpicklingError:  # PyTorch's message advises to allow code
            raise WeightFileError(
                "is not a PyTorch file of tensors and plain containers alone, or is damaged; "
                "nothing in it was run. Save the model's state_dict() and nothing else"
            ) from None
    place, state = _state_dict(loaded, torch.Tensor)
    arrays = {name: _stored(name, tensor, torch.strided) for name, tensor in state.items()}
    notes = [f"its weights lie under {place}"] if place else []
    yield named_as_torch(arrays, loaded if isinstance(loaded, Mapping) else {}, notes)


def named_as_torch(arrays: Contents, beside: Mapping[Any, Any], notes: list[str]) -> WeightFile:
    """Return a file with PyTorch's names, without what wrappers put before all of them.

    Args:
        arrays: by the file's names.
        beside: what else the file holds; it may name the classes.
        notes: on the file so far.
    """
    taken = ""
    while prefix := next((p for p in PREFIXES if all(n.startswith(p) for n in arrays)), None):
        arrays = {name.removeprefix(prefix): array for name, array in arrays.items()}
        taken += prefix
    notes = [*notes, f"'{taken}' was taken off all names"] if taken else notes
    return WeightFile(arrays, "torch", classes=_classes(beside), notes=tuple(notes))


def _refuse_inflated_archive(path: Path) -> None:
    """Refuse a zip archive that unpacks to more than its own size; PyTorch never compresses."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > path.stat().st_size:
                raise WeightFileError("is a compressed archive, which PyTorch does not write")


def _state_dict(loaded: Any, tensor_type: type) -> tuple[str, Mapping[str, Any]]:
    """Return the place and the value of the one mapping of names with dots to tensors."""
    found: dict[str, Mapping[str, Any]] = {}
    waiting, seen = [("", loaded)] if isinstance(loaded, CONTAINERS) else [], set()
    while waiting:
        place, value = waiting.pop(0)
        if not value or id(value) in seen:
            continue
        seen.add(id(value))
        children = value if isinstance(value, Mapping) else dict(enumerate(value))
        tensors = all(isinstance(tensor, tensor_type) for tensor in children.values())
        if tensors and all(isinstance(name, str) for name in children):
            # The optimizer keeps tensors too, but names without a layer.
            if any("." in str(name) for name in children):
                found[place] = children
        else:
            waiting += [
                (f"{place}/{key}".lstrip("/"), child)
                for key, child in children.items()
                if isinstance(child, CONTAINERS)
            ]
    if len(found) > 1:
        listed = ", ".join(f"{place!r} ({len(state)} arrays)" for place, state in found.items())
        raise WeightFileError(f"holds several state dicts: {listed}; save the one that you mean")
    if not found:
        raise WeightFileError("holds no state dict (tensors by name) at any place in it")
    return found.popitem()


def _classes(beside: Mapping[Any, Any]) -> tuple[str, ...]:
    """Return the names of the file's outputs in their order, none where it does not say them."""
    for key in CLASS_KEYS:
        value = beside.get(key)
        if isinstance(value, str):  # safetensors keeps texts only
            with refusing(f"has {key!r} that is no JSON"):
                value = json.loads(value)
        if isinstance(value, Mapping):
            by_index = {str(k): v for k, v in value.items()} | {str(v): k for k, v in value.items()}
            value = [by_index.get(str(index), 0) for index in range(len(value))]
        if isinstance(value, list | tuple) and all(isinstance(name, str) for name in value):
            return tuple(map(str, value))
    return ()


def _stored(name: str, tensor: Any, dense: Any) -> StoredArray:
    if tensor.layout != dense or tensor.device.type != "cpu" or tensor.is_quantized:
        raise WeightFileError(f"{name!r} is not a plain dense tensor")
    return StoredArray(name, tuple(tensor.shape), lambda: _as_numpy(tensor))


def _as_numpy(tensor: Any) -> np.ndarray:
    # NumPy knows no bfloat16; integers stay as they are, to be refused.
    tensor = tensor.detach()
    return (tensor.float() if tensor.is_floating_point() else tensor).numpy()
