"""What is measured of each picture's map: agreement, localisation, face regions, chance.

Every function returns float [N] by the quantity's name, NaN where it is undefined. Agreement is
taken at the layer's own resolution: a map that was scaled up knows nothing more, its neighbouring
places hang together, and distances grow with the number of places. Localisation is taken at the
pictures' size, where the forged region is known.
"""

from collections.abc import Callable, Mapping

import jax.numpy as jnp
import numpy as np

from jaxticket.attention.maps import (
    AGREEMENT,
    area_share,
    best_threshold,
    centre_prior,
    energy_inside,
    iou_at,
    is_empty,
    pixel_auc,
    pointing_game,
    resize_maps,
    top_k_overlap,
    unit_mass,
)

Values = dict[str, np.ndarray]

LOCALISATION = ("energy_inside", "pointing_game", "iou", "pixel_auc")
REGION = "region_"
"""Before a face region's name: the share of the map's mass in it over its share of the area."""

LEAST_AREA = 0.005
"""Share of a picture below which a region is too small for a ratio."""

AT_ONCE = 64
"""Pictures whose maps are held at full size at once."""


def in_parts(count: int, values: Callable[[slice], Values]) -> Values:
    """Return values of `count` pictures, made for a few of them at once."""
    parts = [values(slice(at, at + AT_ONCE)) for at in range(0, count, AT_ONCE)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def agree(maps: np.ndarray, reference: np.ndarray, top: float) -> Values:
    """Return every measure of agreement of maps with others, both [N, h, w].

    Args:
        maps: not negative.
        reference: of the same shape.
        top: share of the places that `top_k_overlap` takes for the strongest.
    """
    measures = AGREEMENT | {"top_k_overlap": lambda a, b: top_k_overlap(a, b, top)}
    return in_parts(
        len(maps),
        lambda at: {name: measure(maps[at], reference[at]) for name, measure in measures.items()},
    )


def localise(maps: np.ndarray, masks: np.ndarray, threshold: float | None) -> Values:
    """Return how much of each map lies on the forged region.

    Args:
        maps: float [N, h, w]; scaled up to the masks' size.
        masks: bool [N, H, W]; without a pixel where no region is known.
        threshold: of `iou`, see `threshold_of`; None leaves it undefined.
    """

    def values(at: slice) -> Values:
        large = enlarged(maps[at], masks.shape[1])
        iou = (
            np.full(len(large), np.nan)
            if threshold is None
            else iou_at(large, masks[at], threshold)
        )
        return {
            "energy_inside": energy_inside(large, masks[at]),
            "pointing_game": pointing_game(large, masks[at]),
            "iou": iou,
            "pixel_auc": pixel_auc(large, masks[at]),
        }

    return in_parts(len(maps), values)


def threshold_of(maps: np.ndarray, masks: np.ndarray) -> float | None:
    """Return the threshold at which validation maps meet the regions best; None without any."""
    if not len(maps):
        return None
    try:
        return best_threshold(enlarged(maps, masks.shape[1]), masks)
    except ValueError:  # all of them empty
        return None


def over_area(maps: np.ndarray, regions: Mapping[str, np.ndarray], size: int) -> Values:
    """Return each face region's share of the map's mass over its share of the area: 1 is flat.

    Args:
        maps: float [N, h, w].
        regions: name -> bool [N, size, size].
        size: of the pictures.
    """

    def values(at: slice) -> Values:
        mass = unit_mass(enlarged(maps[at], size))
        ratios = {}
        for name, masks in regions.items():
            area = masks[at].mean(axis=(1, 2))
            inside = np.sum(mass * masks[at], axis=(1, 2))
            ratios[REGION + name] = inside / np.where(area >= LEAST_AREA, area, np.nan)
        return ratios

    return in_parts(len(maps), values) if regions else {}


def flat(masks: np.ndarray) -> Values:
    """Return what a map has that is equal everywhere: the region's share of the picture."""
    area = area_share(masks)
    half = np.where(np.isnan(area), np.nan, 0.5)
    return {"energy_inside": area, "pointing_game": area, "iou": area, "pixel_auc": half}


def centred(count: int, size: int) -> np.ndarray:
    """Return the centre prior for each of `count` pictures, [count, size, size]."""
    return np.broadcast_to(centre_prior(size, size), (count, size, size))


def enlarged(maps: np.ndarray, size: int) -> np.ndarray:
    """Return maps [N, h, w] at the pictures' size, bilinearly, [N, size, size]."""
    if maps.shape[1:] == (size, size):
        return maps
    # Scaled first: float32 would lose a map of very small numbers.
    peak = maps.max(axis=(1, 2), keepdims=True)
    scaled = np.divide(maps, peak, out=np.zeros(maps.shape), where=peak > 0)
    return np.asarray(resize_maps(jnp.asarray(scaled, jnp.float32), size, size))


def moved(maps: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Return how far maps are from others, [N] in [0, 1]: the Jensen-Shannon distance.

    Two empty maps are 0 apart, an empty one and another 1.
    """
    distances = AGREEMENT["jensen_shannon"](maps, reference)
    empty, empty_reference = is_empty(maps), is_empty(reference)
    return np.where(np.isnan(distances), (empty != empty_reference).astype(float), distances)


def qualifies(labels: np.ndarray, directions: np.ndarray, one_logit: bool) -> np.ndarray:
    """Return of which pictures the explained class is the true one, bool [N]."""
    return labels == ((directions > 0).astype(int) if one_logit else directions)
