"""Opening a weight file by its suffix."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from safetensors import safe_open

from jaxticket.models.weight_files.keras import keras_file
from jaxticket.models.weight_files.pytorch import pytorch_file
from jaxticket.models.weight_files.stored import (
    Contents,
    StoredArray,
    WeightFileError,
    refusing,
)


@contextmanager
def open_weights(path: Path) -> Iterator[Contents]:
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
        with FORMATS[suffix](path) as contents:
            yield contents
    except WeightFileError as error:
        raise WeightFileError(f"{path}: {error}") from None


@contextmanager
def safetensors_file(path: Path) -> Iterator[Contents]:
    """Open a safetensors file."""
    with refusing("is not a whole safetensors file"):
        file = safe_open(path, framework="numpy")

    def stored(name: str) -> StoredArray:
        shape = tuple(file.get_slice(name).get_shape())
        return StoredArray(name, shape, lambda: file.get_tensor(name))

    with file:
        yield {name: stored(name) for name in file.keys()}  # noqa: SIM118 (it is not iterable)


FORMATS: dict[str, Callable[[Path], AbstractContextManager[Contents]]] = {
    ".h5": keras_file,
    ".hdf5": keras_file,
    ".safetensors": safetensors_file,
    ".pth": pytorch_file,
    ".pt": pytorch_file,
    ".bin": pytorch_file,
}
"""What opens a weight file, by suffix."""
