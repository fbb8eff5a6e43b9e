"""Keras weight files (HDF5), as Keras 2 wrote them with `save_weights` or `save`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py

from jaxticket.models.weight_files.stored import (
    Contents,
    StoredArray,
    WeightFileError,
    refusing,
)


@contextmanager
def keras_file(path: Path) -> Iterator[Contents]:
    """Open a Keras weight file; names are "<layer>/<weight name>".

    Raises:
        WeightFileError: it is damaged, holds no Keras layers, or leads out of the file.
    """
    with refusing("is not a whole HDF5 file"):
        file = h5py.File(path, "r")
    with file:
        with refusing("is not a Keras weight file"):
            contents = _contents(file)
        yield contents


def _contents(file: h5py.File) -> Contents:
    # `save` keeps the weights one group deeper than `save_weights` does.
    root = _member(file, "model_weights") if "model_weights" in file else file
    if "layer_names" not in root.attrs:
        raise WeightFileError("is not a Keras weight file (no attribute 'layer_names')")
    contents = {}
    for layer in _names(root.attrs["layer_names"]):
        group = _member(root, layer)
        for weight in _names(group.attrs["weight_names"]):
            name = f"{layer}/{weight}"
            contents[name] = _stored(name, _member(group, weight))
    return contents


def _names(attribute: Any) -> list[str]:
    return [name.decode() if isinstance(name, bytes) else str(name) for name in attribute]


def _member(group: Any, name: str) -> Any:
    """Return a group's member by its relative path, through hard links only.

    Soft and external links could lead out of the file, to any file that we may read.
    """
    for part in name.split("/"):
        link = group.get(part, getlink=True) if part else None
        if link is None:
            raise WeightFileError(f"{name!r} is listed but absent")
        if not isinstance(link, h5py.HardLink):
            raise WeightFileError(f"{name!r} is a link, and links are not followed")
        group = group[part]
    return group


def _stored(name: str, dataset: Any) -> StoredArray:
    if not isinstance(dataset, h5py.Dataset) or dataset.shape is None:
        raise WeightFileError(f"{name!r} is not an array")
    if dataset.external or dataset.is_virtual:
        raise WeightFileError(f"{name!r} has its values in another file, which is not opened")
    return StoredArray(name, dataset.shape, lambda: dataset[()])
