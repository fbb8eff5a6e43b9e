"""Pictures as PyTorch reads them: files, Pillow, a DataLoader. Its processes import no JAX here."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image


class Pictures(torch.utils.data.Dataset):
    """Files of pictures and their labels.

    Attributes:
        size: side in pixels to which pictures of another size are scaled.
    """

    def __init__(self, paths: Sequence[Path], labels: Sequence[int], size: int):
        """Remember where they are."""
        self.paths, self.labels, self.size = list(paths), list(labels), size

    def __len__(self) -> int:
        """Return the number of pictures."""
        return len(self.paths)

    def __getitem__(self, index: int) -> tuple[Any, int]:
        """Return a picture, uint8 [3, size, size], and its label."""
        with Image.open(self.paths[index], formats=("JPEG", "PNG")) as file:
            picture = file.convert("RGB")
        if picture.size != (self.size, self.size):
            picture = picture.resize((self.size, self.size), Image.Resampling.BILINEAR)
        return torch.from_numpy(np.array(picture)).permute(2, 0, 1), self.labels[index]


def loader(pictures: Pictures, batch_size: int, workers: int) -> Any:
    """Return a DataLoader that shuffles, with so many processes that stay; 0 for none."""
    return torch.utils.data.DataLoader(
        pictures, batch_size, shuffle=True, drop_last=True, num_workers=workers,
        persistent_workers=workers > 0,
        # A fork of this process, which has JAX's threads, may never end.
        multiprocessing_context="spawn" if workers else None,
    )  # fmt: skip
