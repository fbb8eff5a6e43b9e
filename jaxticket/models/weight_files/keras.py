"""Keras weight files: HDF5 of Keras 2 and 3, and the zip archive of Keras 3.

HDF5 is read by `hdf5_program.py` in a process that is ended when it takes too long. Of a model's
description nothing is run: it is data, compared with the detector.
"""

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np

from jaxticket import limits
from jaxticket.models.weight_files.stored import (
    StoredArray,
    WeightFile,
    WeightFileError,
    refusing,
)

PROGRAM = Path(__file__).with_name("hdf5_program.py")
CONFIG, WEIGHTS = "config.json", "model.weights.h5"


@contextmanager
def keras_file(path: Path) -> Iterator[WeightFile]:
    """Open an HDF5 weight file; names are "<layer>/<kernel, bias, gamma, ...>".

    Raises:
        WeightFileError: it is damaged, holds no Keras layers, leads out of the file, or takes too
            long.
    """
    yield _read({"path": str(path)})


@contextmanager
def keras_archive(path: Path) -> Iterator[WeightFile]:
    """Open a .keras archive: its weights, and its description as data.

    Raises:
        WeightFileError: as for `keras_file`; or it is no such archive, or unpacks to too much.
    """
    with refusing("is not a whole .keras archive"), zipfile.ZipFile(path) as archive:
        config, weights = _unpacked(archive, CONFIG).decode(), _unpacked(archive, WEIGHTS)
    yield _read({"path": None}, weights, config)


def _unpacked(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as file:  # what its header says of its size may be wrong
        content = file.read(limits.WEIGHTS_BYTES + 1)
    if len(content) > limits.WEIGHTS_BYTES:
        raise WeightFileError(f"unpacks to more than {limits.WEIGHTS_BYTES:,} bytes ({name})")
    return content


def _read(request: dict[str, Any], content: bytes = b"", config: str | None = None) -> WeightFile:
    seconds = limits.HDF5_SECONDS
    request |= {
        "seconds": seconds, "memory": limits.HDF5_MEMORY, "most": limits.WEIGHTS_BYTES,
    }  # fmt: skip
    try:
        done = subprocess.run(
            [sys.executable, "-P", str(PROGRAM)],
            input=json.dumps(request).encode() + b"\n" + content,
            capture_output=True,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired:
        raise WeightFileError(
            f"could not be read within {seconds} seconds: it is damaged, or made to be endless"
        ) from None
    head, _, values = done.stdout.partition(b"\n")
    if done.returncode or not head:
        raise WeightFileError(f"is not a whole HDF5 file (reading it ended with {done.returncode})")
    answer = json.loads(head)
    if "error" in answer:
        raise WeightFileError(answer["error"])
    arrays, start = {}, 0
    for row in answer["arrays"]:
        arrays[row["name"]] = _stored(row, values[start : start + row["bytes"]])
        start += row["bytes"]
    description = (config or answer["config"] or "").removeprefix("\ufeff")
    with refusing("has a description of its model that is no JSON"):
        parsed = json.loads(description) if description else None
    return WeightFile(arrays, "keras", parsed, answer["numbered"])


def _stored(row: dict[str, Any], values: bytes) -> StoredArray:
    def load() -> np.ndarray:
        if "error" in row:
            raise WeightFileError(f"{row['name']!r} {row['error']}")
        return np.frombuffer(values, jnp.dtype(row["dtype"])).reshape(row["shape"])

    return StoredArray(row["name"], tuple(row["shape"]), load)
