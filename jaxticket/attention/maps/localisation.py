"""How much of a map lies on the forged region, picture by picture.

Each measure takes maps [B, H, W], not negative, at the masks' size, and masks, bool [B, H, W], and
returns float [B]: NaN where a mask has no pixel (a real picture, or an unknown region) and where a
map is empty (see `mass`). What chance gives is in `chance`.
"""

from collections.abc import Sequence

import numpy as np
from scipy.stats import rankdata

from jaxticket.attention.maps.mass import checked, unit_mass, unit_maximum

THRESHOLDS: tuple[float, ...] = tuple(step / 20 for step in range(1, 20))
"""0.05, 0.10, ..., 0.95 of the map's maximum."""


def energy_inside(maps: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Return the share of the mass inside the region (Wang et al. 2020, 1910.01279, 4.3)."""
    maps, masks = _pair(maps, masks)
    return _where_known(masks, np.sum(unit_mass(maps) * masks, axis=(1, 2)))


def pointing_game(maps: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Return 1 where the maximum lies inside the region, else 0 (Zhang et al. 2016, 1608.00507).

    No pixels around the region count. Of several equal maxima: the share of them inside.
    """
    maps, masks = _pair(maps, masks)
    maxima = unit_maximum(maps) == 1
    inside = np.sum(maxima & masks, axis=(1, 2)) / _or_nan(maxima.sum(axis=(1, 2)))
    return _where_known(masks, inside)


def iou_at(maps: np.ndarray, masks: np.ndarray, threshold: float) -> np.ndarray:
    """Return the intersection over union of the region and where the map reaches the threshold.

    Args:
        maps: [B, H, W].
        masks: bool [B, H, W].
        threshold: share of the map's own maximum, in (0, 1]; choose it by `best_threshold`.
    """
    if not 0 < threshold <= 1:
        raise ValueError(f"the threshold must lie in (0, 1], not {threshold}")
    maps, masks = _pair(maps, masks)
    scaled = unit_maximum(maps)
    reached = scaled >= threshold
    iou = np.sum(reached & masks, axis=(1, 2)) / _or_nan(np.sum(reached | masks, axis=(1, 2)))
    return _where_known(masks, np.where(np.isnan(scaled[:, 0, 0]), np.nan, iou))


def best_threshold(
    maps: np.ndarray, masks: np.ndarray, thresholds: Sequence[float] = THRESHOLDS
) -> float:
    """Return the threshold of the greatest mean `iou_at`: give maps of the validation split.

    Of equally good ones the lowest.

    Raises:
        ValueError: no picture has both a region and a map that is not empty.
    """
    rising = sorted(thresholds)
    values = [iou_at(maps, masks, threshold) for threshold in rising]
    if np.isnan(values).all():
        raise ValueError("no picture has both a forged region and a map that is not empty")
    return float(rising[int(np.argmax(np.nanmean(values, axis=1)))])


def pixel_auc(maps: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Return the area under the ROC of the map as a score of each pixel, ties counting a half.

    NaN also where the region is the whole picture.
    """
    maps, masks = _pair(maps, masks)
    empty = ~maps.any(axis=(1, 2))
    inside = masks.reshape(len(masks), -1)
    ranks = rankdata(maps.reshape(inside.shape), axis=1)
    hits = inside.sum(axis=1)
    pairs = hits * (inside.shape[1] - hits)
    above = np.sum(ranks * inside, axis=1) - hits * (hits + 1) / 2
    return np.where(empty, np.nan, above / _or_nan(pairs))


def _pair(maps: np.ndarray, masks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    maps, masks = checked(maps), np.asarray(masks)
    if masks.dtype != np.bool_ or masks.shape != maps.shape:
        raise ValueError(
            f"masks must be booleans of the maps' shape {maps.shape} (resize_maps brings maps to "
            f"it), not {masks.dtype} of {masks.shape}"
        )
    return maps, masks


def _where_known(masks: np.ndarray, values: np.ndarray) -> np.ndarray:
    return np.where(masks.any(axis=(1, 2)), values, np.nan)


def _or_nan(count: np.ndarray) -> np.ndarray:
    return np.where(count > 0, count, np.nan)
