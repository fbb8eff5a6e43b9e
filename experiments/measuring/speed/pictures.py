"""A prepared set of drawn pictures to measure with."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from data_prep.folder import prepare_folder
from jaxticket.data.prepared import PreparedSet, open_prepared, records


def prepared_set(
    folder: Path, counts: Mapping[str, int], side: int, form: str = "png"
) -> PreparedSet:
    """Draw pictures, soft colours under a little noise, and prepare them; fakes have a bright half.

    Args:
        folder: empty; takes all of it.
        counts: pictures of each split, even numbers.
        side: of the pictures in pixels.
        form: of the files: png or jpg.
    """
    draw = np.random.default_rng(0)
    for split, count in counts.items():
        for number in range(count):
            label = ("real", "fake")[number % 2]
            path = folder / "pictures" / split / label / f"{number:06d}.{form}"
            path.parent.mkdir(parents=True, exist_ok=True)
            soft = Image.fromarray(draw.integers(0, 200, (6, 6, 3), dtype=np.uint8))
            picture = np.array(soft.resize((side, side), Image.Resampling.BICUBIC))
            picture += draw.integers(0, 8, picture.shape, dtype=np.uint8)
            picture[:, : side // 2] += np.uint8(20 * (label == "fake"))
            Image.fromarray(picture).save(path)
    return open_prepared(prepare_folder(folder / "pictures", folder / "data"))


def files(prepared: PreparedSet, split: str, folder: Path) -> tuple[list[Path], list[int]]:
    """Write the prepared pictures of a split as they are stored, a file each.

    Returns:
        Their paths and their labels.
    """
    folder.mkdir(parents=True)
    paths, labels = [], []
    for number, record in enumerate(records(prepared, split)):
        path = folder / f"{number:06d}"
        path.write_bytes(record["image"])
        paths.append(path)
        labels.append(int(record["label"]))
    return paths, labels
