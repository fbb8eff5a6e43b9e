"""PyTorch state dicts, read with `weights_only`: tensors and plain containers, never code."""

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
    WeightFileError,
    refusing,
)

STATE_DICT_KEYS = ("state_dict", "model_state_dict", "model")
"""Where training scripts keep the state dict inside a checkpoint."""


@contextmanager
def pytorch_file(path: Path) -> Iterator[Contents]:
    """Open a state dict, bare or in a checkpoint under one of `STATE_DICT_KEYS`.

    Raises:
        WeightFileError: it is damaged, wants code to be run, or holds no state dict.
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
    state = _state_dict(loaded, torch.Tensor)
    yield {name: _stored(name, tensor, torch.strided) for name, tensor in state.items()}


def _refuse_inflated_archive(path: Path) -> None:
    """Refuse a zip archive that unpacks to more than its own size; PyTorch never compresses."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > path.stat().st_size:
                raise WeightFileError("is a compressed archive, which PyTorch does not write")


def _state_dict(loaded: Any, tensor_type: type) -> Mapping[str, Any]:
    candidates = [loaded]
    if isinstance(loaded, Mapping):
        candidates += [loaded.get(key) for key in STATE_DICT_KEYS]
    for candidate in candidates:
        if (
            isinstance(candidate, Mapping)
            and candidate
            and all(isinstance(name, str) for name in candidate)
            and all(isinstance(value, tensor_type) for value in candidate.values())
        ):
            return candidate
    raise WeightFileError(
        "holds no state dict (tensors by name), neither by itself nor under "
        f"{', '.join(map(repr, STATE_DICT_KEYS))}"
    )


def _stored(name: str, tensor: Any, dense: Any) -> StoredArray:
    if tensor.layout != dense or tensor.device.type != "cpu" or tensor.is_quantized:
        raise WeightFileError(f"{name!r} is not a plain dense tensor")
    return StoredArray(name, tuple(tensor.shape), lambda: _as_numpy(tensor))


def _as_numpy(tensor: Any) -> np.ndarray:
    # NumPy knows no bfloat16; integers stay as they are, to be refused.
    tensor = tensor.detach()
    return (tensor.float() if tensor.is_floating_point() else tensor).numpy()
