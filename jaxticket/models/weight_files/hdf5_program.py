"""Reads a Keras weight file in HDF5; run as a program of its own, never imported.

HDF5 may loop without end, or take all memory, over a file of a few bytes. `keras.py` starts this
program with a time limit; it limits its own memory, and imports h5py alone so that it starts fast.

Standard input is a line of JSON (path, or null where the file's bytes follow; seconds; memory and
most, both in bytes). Standard output is a line of JSON, {"error": ...} or {"arrays", "config",
"numbered"}, and then the arrays' values, one after the other.
"""

import contextlib
import io
import json
import math
import re
import sys
from collections.abc import Iterator
from typing import Any

import h5py
import numpy as np

LEAVES = {
    "batch_normalization": ("gamma", "beta", "moving_mean", "moving_variance"),
    "conv2d": ("kernel", "bias"),
    "dense": ("kernel", "bias"),
}
MOST_OBJECTS = 10_000
MOST_NESTED = 20


class Refusal(ValueError):
    """What is wrong with the file."""


def limit(seconds: int, memory: int) -> None:
    """Limit this process's own time and memory, where the system can."""
    try:
        import resource
    except ImportError:
        return
    for kind, most in ((resource.RLIMIT_CPU, seconds), (resource.RLIMIT_AS, memory)):
        with contextlib.suppress(ValueError, OSError):  # a lower limit is there, or none can be
            resource.setrlimit(kind, (most, most))


def reason(error: Exception) -> str:
    """Return what a library says, in one line."""
    return " ".join(str(error).split())[:300] or type(error).__name__


def named(file: Any) -> tuple[dict[str, Any], bool]:
    """Return the datasets by "<layer>/<leaf>", and whether layers have the numbers of their making.

    Raises:
        Refusal: it holds no layers of Keras.
    """
    root = member(file, "model_weights") if "model_weights" in file else file
    if "layer_names" in root.attrs:
        return dict(unique(keras_2(root))), True
    layers = [
        (path, group) for path, group in groups(file) if re.search(r"(^|/)layers/[^/]+$", path)
    ]
    if not layers:
        raise Refusal("is not a Keras weight file (no attribute 'layer_names', no group 'layers')")
    # Newer versions of Keras 3 write the layer's own name beside the one of its place.
    own = all("name" in member(group, "vars").attrs for _, group in layers if "vars" in group)
    return dict(unique(keras_3(layers, own))), own


def keras_2(root: Any) -> Iterator[tuple[str, Any]]:
    """Yield name and dataset of a file that lists its layers, as Keras 2 and `save` of 3 write."""
    for layer in texts(root.attrs["layer_names"]):
        group = member(root, layer)
        weights = texts(group.attrs["weight_names"])
        owners = {weight.rpartition("/")[0] for weight in weights}
        for weight in weights:
            owner, _, leaf = weight.removesuffix(":0").rpartition("/")
            # A model within the model lists the weights of all its layers as its own.
            yield f"{layer if len(owners) == 1 else owner}/{leaf}", member(group, weight)


def keras_3(layers: list[tuple[str, Any]], own: bool) -> Iterator[tuple[str, Any]]:
    """Yield name and dataset of a file of Keras 3, in the order of the layers' places."""
    for path, group in sorted(layers, key=lambda item: place(item[0])):
        if "vars" not in group:
            continue
        variables = member(group, "vars")
        place_name = path.rpartition("/")[2]
        layer = text(variables.attrs["name"]) if own else place_name
        leaves = LEAVES.get(re.sub(r"_[0-9]+$", "", place_name), ())
        for key in variables:
            leaf = leaves[int(key)] if key.isdecimal() and int(key) < len(leaves) else key
            yield f"{layer}/{leaf}", member(variables, key)


def unique(items: Iterator[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Yield items, each with a name of its own."""
    seen = set()
    for name, dataset in items:
        if name in seen:
            raise Refusal(f"holds two arrays named {name!r}")
        seen.add(name)
        yield name, dataset


def groups(file: Any) -> Iterator[tuple[str, Any]]:
    """Yield path and group of what a file of Keras 3 holds below hard links, optimizer apart."""
    waiting, count = [("", file)], 0
    while waiting:
        path, group = waiting.pop()
        yield path, group
        for key in group:
            count += 1
            deeper = f"{path}/{key}".lstrip("/")
            if count > MOST_OBJECTS or deeper.count("/") > MOST_NESTED:
                raise Refusal("holds more groups than a network's weights need")
            if key not in ("vars", "optimizer"):
                child = member(group, key)
                if isinstance(child, h5py.Group):
                    waiting.append((deeper, child))


def place(path: str) -> tuple[str, int]:
    """Return what sorts conv2d, conv2d_1, conv2d_10 by their numbers."""
    name, _, number = path.rpartition("_")
    return (name, int(number)) if number.isdecimal() and len(number) < 10 else (path, 0)


def member(group: Any, name: str) -> Any:
    """Return a group's member by its relative path, through hard links only.

    Soft and external links could lead out of the file, to any file that we may read.
    """
    for part in name.split("/"):
        link = group.get(part, getlink=True) if part else None
        if link is None:
            raise Refusal(f"{name!r} is listed but absent")
        if not isinstance(link, h5py.HardLink):
            raise Refusal(f"{name!r} is a link, and links are not followed")
        group = group[part]
    return group


def text(attribute: Any) -> str:
    """Return an attribute as text."""
    return attribute.decode() if isinstance(attribute, bytes) else str(attribute)


def texts(attribute: Any) -> list[str]:
    """Return an attribute that is a list as texts."""
    return [text(name) for name in attribute]


def array(name: str, dataset: Any, most: int) -> tuple[dict[str, Any], bytes]:
    """Return what is said of an array, and its values as bytes.

    Values of more than `most` bytes are not read: a few bytes can declare terabytes.
    """
    if not isinstance(dataset, h5py.Dataset) or dataset.shape is None:
        raise Refusal(f"{name!r} is not an array")
    if dataset.external or dataset.is_virtual:
        raise Refusal(f"{name!r} has its values in another file, which is not opened")
    row = {"name": name, "shape": dataset.shape, "dtype": str(dataset.dtype), "bytes": 0}
    if dataset.dtype.str == "|V2" and text(dataset.attrs.get("dtype")) == "bfloat16":  # of Keras 3
        row["dtype"] = "bfloat16"
    elif dataset.dtype.kind not in "fiub":
        return row | {"error": f"holds {dataset.dtype}, not floating point"}, b""
    if dataset.nbytes > most:
        return row | {"error": f"has {dataset.nbytes} bytes, more than any weights here"}, b""
    chunk = math.prod(dataset.chunks or ()) * dataset.dtype.itemsize
    if chunk > most:  # HDF5 makes room for a whole one
        return row | {"error": f"is kept in chunks of {chunk} bytes, more than it needs"}, b""
    try:
        values = np.ascontiguousarray(dataset[()]).tobytes()
    except Exception as error:  # of the dozen kinds that HDF5 raises, on a damaged file
        return row | {"error": f"cannot be read; the file may be damaged ({reason(error)})"}, b""
    return row | {"bytes": len(values)}, values


def read(source: str | io.BytesIO, most: int) -> tuple[dict[str, Any], list[bytes]]:
    """Return what is said of a file, and the values of its arrays as bytes."""
    try:
        file = h5py.File(source, "r")
    except Exception as error:
        raise Refusal(f"is not a whole HDF5 file ({reason(error)})") from None
    with file:
        datasets, numbered = named(file)
        rows, values = [], []
        for name, dataset in datasets.items():
            row, content = array(name, dataset, most)
            most -= len(content)
            rows.append(row)
            values.append(content)
        config = text(file.attrs["model_config"]) if "model_config" in file.attrs else None
        if len(config or "") > most:
            raise Refusal(f"describes its model in {len(config or '')} characters")
    return {"arrays": rows, "config": config, "numbered": numbered}, values


def main() -> None:
    """Read the file that standard input names."""
    request = json.loads(sys.stdin.buffer.readline())
    limit(request["seconds"], request["memory"])
    source = request["path"] or io.BytesIO(sys.stdin.buffer.read())
    values = []
    try:
        answer, values = read(source, request["most"])
    except Refusal as error:
        answer = {"error": str(error)}
    except Exception as error:
        answer = {"error": f"is not a Keras weight file ({reason(error)})"}
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + b"".join(values))


if __name__ == "__main__":
    main()
