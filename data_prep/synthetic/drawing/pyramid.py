"""Two pictures joined level by level of their pyramids (Burt and Adelson 1983)."""

from __future__ import annotations

import cv2
import numpy as np

from data_prep.synthetic.drawing.shapes import Grid


def joined(inner: np.ndarray, outer: np.ndarray, mask: Grid, levels: int) -> np.ndarray:
    """Return `inner` where the mask is 1, `outer` where it is 0, and transitions as wide as detail.

    Each band of the Laplacian pyramids is mixed by the mask at that band's resolution, so coarse
    colours run into each other over many pixels and fine ones over a few: there is no seam.

    Args:
        inner: float32 [H, W, 3].
        outer: float32 [H, W, 3].
        mask: float32 [H, W], 0 to 1.
        levels: of the pyramid; at 0 the pictures are mixed as they are.

    Returns:
        float32 [H, W, 3].
    """
    if levels == 0:
        return outer + mask[..., None] * (inner - outer)
    size = mask.shape[1::-1]
    inner_small, outer_small = cv2.pyrDown(inner), cv2.pyrDown(outer)
    below = joined(inner_small, outer_small, cv2.pyrDown(mask), levels - 1)
    inner_band = inner - cv2.pyrUp(inner_small, dstsize=size)
    outer_band = outer - cv2.pyrUp(outer_small, dstsize=size)
    return joined(inner_band, outer_band, mask, 0) + cv2.pyrUp(below, dstsize=size)
