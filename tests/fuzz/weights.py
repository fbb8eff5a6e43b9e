"""Readers of tickets and of weight files."""

import io
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from jaxticket.models.pretrained import load_weights
from jaxticket.models.weight_files import WeightFileError
from jaxticket.models.weight_names import torch_slots
from jaxticket.tickets import (
    Refused,
    load_rewind,
    load_ticket,
    save_dense,
    save_rewind,
    save_ticket,
)
from jaxticket.trees import leaves_by_path
from tests.calibration.scored import calibration, scores
from tests.fuzz.reader import Reader
from tests.models.keras_sources import (
    meso4_config,
    meso4_layers,
    with_zeros,
    write_archive,
    write_described,
    write_keras_3,
)
from tests.tickets import small
from tests.tickets.test_rewind import POINT

Made = tuple[Path, list[bytes]]


def _ticket(folder: Path) -> Made:
    path = folder / "a.safetensors"
    contents = []
    for save in (save_ticket, save_dense):
        save(path, small.ticket(calibration=calibration(scores([-1.0] * 70, [1.0] * 70))))
        contents.append(path.read_bytes())
    return path, contents


def _rewind(folder: Path) -> Made:
    save_rewind(folder / "a", small.ticket(), POINT)
    return folder / "a", [(folder / "a").read_bytes()]


@cache
def _meso4():
    return with_zeros("meso4")


def _load(path: Path) -> object:
    return load_weights(path, *_meso4(), fake_output=None if path.suffix == ".safetensors" else "1")


def _keras_file(folder: Path) -> Made:
    path = folder / "a.h5"
    contents = []
    for write in (
        lambda: write_described(path, meso4_config()),
        lambda: write_keras_3(path, meso4_layers()),
    ):
        write()
        contents.append(path.read_bytes())
    return path, contents


def _keras_archive(folder: Path) -> Made:
    path = folder / "a.keras"
    write_keras_3(folder / "w.h5", meso4_layers(), names=True)
    write_archive(path, meso4_config(), folder / "w.h5")
    return path, [path.read_bytes()]


def _safetensors(folder: Path) -> Made:
    path = folder / "a.safetensors"
    _, params, stats = _meso4()
    leaves = leaves_by_path({"params": params, "batch_stats": stats})
    save_file({name: np.asarray(leaf) for name, leaf in leaves.items()}, path)
    return path, [path.read_bytes()]


def _saved_by_torch(*, zipped: bool) -> Callable[[Path], Made]:
    """Return what makes a PyTorch file of MesoNet's weights, bare or in a checkpoint."""

    def make(folder: Path) -> Made:
        import torch  # pyright: ignore[reportMissingImports]

        detector, params, stats = _meso4()
        leaves = leaves_by_path({"params": params, "batch_stats": stats})
        shapes = {path: tuple(leaf.shape) for path, leaf in leaves.items()}
        slots = torch_slots(shapes, detector.architecture, ())
        state = {slot.name: torch.zeros(slot.stored_shape) for slot in slots}
        contents = []
        for saved in (state, {"epoch": 3, "model": state, "classes": ["fake", "real"]}):
            out = io.BytesIO()
            torch.save(saved, out, _use_new_zipfile_serialization=zipped)
            contents.append(out.getvalue())
        return folder / "a.pth", contents

    return make


READERS = {
    "ticket": Reader(_ticket, load_ticket, (Refused,), "safetensors"),
    "rewind point": Reader(
        _rewind, lambda path: load_rewind(path, small.ticket()), (Refused,), "safetensors"
    ),
    "weights in safetensors": Reader(_safetensors, _load, (WeightFileError,), "safetensors", 4),
    "PyTorch weights": Reader(
        _saved_by_torch(zipped=True), _load, (WeightFileError,), "archive", 4, needs="torch"
    ),
    "old PyTorch weights": Reader(
        _saved_by_torch(zipped=False), _load, (WeightFileError,), "pickles", 4, needs="torch"
    ),
    "Keras weights": Reader(_keras_file, _load, (WeightFileError,), "bytes", 100, child=True),
    "Keras archive": Reader(_keras_archive, _load, (WeightFileError,), "archive", 100, child=True),
}
