from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from data_prep.folder import prepare_folder
from jaxticket.data import Examples, PreparedSet, open_prepared

COUNTS = {
    ("train", "real"): 13,
    ("train", "fake"): 7,
    ("validation", "real"): 2,
    ("validation", "fake"): 3,
    ("test", "real"): 4,
    ("test", "fake"): 3,
}


def noise(seed: int, size: int = 12) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (size, size, 3), dtype=np.uint8)


@pytest.fixture(scope="session")
def version_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small prepared set: PNG pictures of 12 x 12, each its own noise."""
    root = tmp_path_factory.mktemp("pictures")
    seed = 0
    for (split, label), number in COUNTS.items():
        folder = root / split / label
        folder.mkdir(parents=True)
        for index in range(number):
            Image.fromarray(noise(seed)).save(folder / f"{index}.png")
            seed += 1
    return prepare_folder(root, tmp_path_factory.mktemp("prepared"))


@pytest.fixture(scope="session")
def prepared(version_folder: Path) -> PreparedSet:
    return open_prepared(version_folder)


@pytest.fixture
def numbered() -> Callable[[list[int]], Examples]:
    """Examples in memory by their labels; the picture at i is one pixel of value i."""

    def make(labels: list[int], in_memory: bool = True) -> Examples:
        names = np.array([str(index) for index in range(len(labels))])
        images = np.arange(len(labels), dtype=np.uint8).reshape(-1, 1, 1, 1).repeat(3, axis=-1)
        return Examples(
            labels=np.array(labels, np.int32),
            keys=names,
            groups=names,
            videos=names,
            methods=np.array(["real", "fake"])[labels],
            compressions=np.full(len(labels), "c23"),
            has_masks=np.zeros(len(labels), np.bool_),
            image_size=1,
            in_memory=in_memory,
            _images=images.__getitem__,
            _masks=lambda indices: np.zeros((len(indices), 1, 1), np.bool_),
        )

    return make
