"""Opening a weight file by its suffix."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import numpy as np
from safetensors import safe_open

from jaxticket.models.weight_files.keras import keras_archive, keras_file
from jaxticket.models.weight_files.pytorch import named_as_torch, pytorch_file
from jaxticket.models.weight_files.stored import (
    StoredArray,
    WeightFile,
    WeightFileError,
    refusing,
)
from jaxticket.tickets import load_ticket


@contextmanager
def open_weights(path: Path) -> Iterator[WeightFile]:
    """Open a weight file; its arrays, by the file's own names, can be read until the context ends.

    A `WeightFileError` that the caller raises within the context is given the file's path too.

    Raises:
        FileNotFoundError: there is no such file.
        WeightFileError: it is not a file, not of a known format, damaged, or more than plain
            arrays (code in a pickle, links out of an HDF5 file).
        ImportError: a PyTorch file, and PyTorch is not installed.
    """
    if not path.exists():
        raise FileNotFoundError(f"{path}: there is no such weight file")
    try:
        if not path.is_file():
            raise WeightFileError("is not a file; name the weight file itself")
        if (suffix := path.suffix.lower()) not in FORMATS:
            raise WeightFileError(f"the name must end in one of {', '.join(FORMATS)}")
        with FORMATS[suffix](path) as file:
            yield file
    except WeightFileError as error:
        raise WeightFileError(f"{path}: {error}") from None


@contextmanager
def safetensors_file(path: Path) -> Iterator[WeightFile]:
    """Open a safetensors file."""
    with refusing("is not a whole safetensors file"):
        file = safe_open(path, framework="numpy")

    def stored(name: str) -> StoredArray:
        shape = tuple(file.get_slice(name).get_shape())
        return StoredArray(name, shape, lambda: file.get_tensor(name))

    with file:
        arrays = {name: stored(name) for name in file.keys()}  # noqa: SIM118 (it is not iterable)
        if any(name.startswith("values/") for name in arrays):
            yield _packed(path)
        elif any(name.startswith("params/") for name in arrays):
            yield WeightFile(arrays, "own")
        else:
            yield named_as_torch(arrays, file.metadata() or {}, [])


def _packed(path: Path) -> WeightFile:
    """Return a ticket of this project, whose zeros are not in its file."""
    with refusing("is not a whole ticket"):
        ticket = load_ticket(path)
    parts = {"params": ticket.params, "batch_stats": ticket.batch_stats, "masks": ticket.masks}
    arrays = {f"{part}/{leaf}": a for part, leaves in parts.items() for leaf, a in leaves.items()}
    return WeightFile({name: _in_memory(name, array) for name, array in arrays.items()}, "own")


def _in_memory(name: str, array: np.ndarray) -> StoredArray:
    return StoredArray(name, array.shape, lambda: array)


FORMATS: dict[str, Callable[[Path], AbstractContextManager[WeightFile]]] = {
    ".h5": keras_file,
    ".hdf5": keras_file,
    ".keras": keras_archive,
    ".safetensors": safetensors_file,
    ".pth": pytorch_file,
    ".pt": pytorch_file,
    ".bin": pytorch_file,
    ".pkl": pytorch_file,
    ".ckpt": pytorch_file,
    ".tar": pytorch_file,
}
"""What opens a weight file, by suffix."""
