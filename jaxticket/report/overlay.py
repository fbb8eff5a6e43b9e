"""Pictures with an attention map or the forged region drawn over them. Pure NumPy."""

import numpy as np

STRONGEST = 0.8
"""Opacity of a map where it is strongest."""
OUTSIDE = 0.35
"""Brightness of a picture outside its forged region."""


def with_map(
    picture: np.ndarray, strength: np.ndarray, opacity: np.ndarray | None = None
) -> np.ndarray:
    """Return the picture in grey under a map, uint8 [H, W, 3].

    Colours of the perceptually even scale `inferno`; where the map is weak, the picture shows.

    Args:
        picture: uint8 [H, W, 3].
        strength: float [H, W], in [0, 1].
        opacity: float [H, W], in [0, 1]; None for `STRONGEST` times the root of the strength.
    """
    from matplotlib import colormaps

    grey = picture.astype(np.float64) @ np.array([0.299, 0.587, 0.114])
    if opacity is None:
        opacity = STRONGEST * np.sqrt(np.clip(strength, 0, 1))
    over = opacity[..., None]
    colour = 255 * np.asarray(colormaps["inferno"](np.clip(strength, 0, 1)))[..., :3]
    return np.round((1 - over) * grey[..., None] + over * colour).astype(np.uint8)


def with_region(picture: np.ndarray, region: np.ndarray) -> np.ndarray:
    """Return the picture darkened outside a region, whose edge is a line of green, uint8 [H, W, 3].

    Args:
        picture: uint8 [H, W, 3].
        region: bool [H, W].
    """
    shown = np.where(region[..., None], picture, OUTSIDE * picture).astype(np.uint8)
    around = np.pad(region, 1, mode="edge")
    inner = around[:-2, 1:-1] & around[2:, 1:-1] & around[1:-1, :-2] & around[1:-1, 2:]
    shown[region & ~inner] = (0, 255, 120)
    return shown
