"""How much two networks' maps of the same pictures agree, picture by picture.

Each measure takes two stacks of maps, [B, h, w] of one shape, not negative, and returns float [B].
Where one of two maps is empty (see `mass`) all but `distance` are NaN. Compare at one resolution
only: distances depend on the number of places, and neighbours of a map that was scaled up hang
together.
"""

from collections.abc import Callable

import numpy as np
from scipy.special import rel_entr
from scipy.stats import rankdata

from jaxticket.attention.maps.mass import checked, is_empty, unit_mass


def distance(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the Frobenius norm of the difference (Delta L, 2507.15636); it grows with scale."""
    a, b = _pair(a, b)
    return np.sqrt(np.sum((a - b) ** 2, axis=(1, 2)))


def distance_of_unit_mass(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the Frobenius norm between maps scaled to unit mass, in [0, sqrt(2)]."""
    a, b = _pair(a, b)
    return np.sqrt(np.sum((unit_mass(a) - unit_mass(b)) ** 2, axis=(1, 2)))


def rank_correlation(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return Spearman's rank correlation over places, in [-1, 1]; ties share their mean rank.

    NaN too where a map is constant.
    """
    a, b = _pair(a, b)
    x, y = (_centred_ranks(maps) for maps in (a, b))
    spread = np.sqrt(np.sum(x**2, axis=1) * np.sum(y**2, axis=1))
    return np.sum(x * y, axis=1) / np.where(spread > 0, spread, np.nan)


def top_k_overlap(a: np.ndarray, b: np.ndarray, share: float = 0.1) -> np.ndarray:
    """Return the intersection over union, in [0, 1], of the strongest places of both maps.

    Args:
        a: maps [B, h, w].
        b: maps of the same shape.
        share: of the places, in (0, 1]; at least one place. Places tied for the last ones belong in
            equal parts: the sets are fuzzy, minimum over maximum.
    """
    a, b = _pair(a, b)
    x, y = _top(a, share), _top(b, share)
    overlap = np.minimum(x, y).sum(axis=(1, 2)) / np.maximum(x, y).sum(axis=(1, 2))
    return np.where(is_empty(a) | is_empty(b), np.nan, overlap)


def jensen_shannon(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the Jensen-Shannon distance (base 2) of the maps: 0 equal, 1 disjoint."""
    a, b = _pair(a, b)
    p, q = unit_mass(a), unit_mass(b)
    middle = (p + q) / 2
    bits = np.sum(rel_entr(p, middle) + rel_entr(q, middle), axis=(1, 2)) / (2 * np.log(2))
    return np.sqrt(np.clip(bits, 0, 1))


def centre_shift(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the distance of the centres of mass in shares of the sides, below sqrt(2)."""
    a, b = _pair(a, b)
    return np.linalg.norm(centre_of_mass(a) - centre_of_mass(b), axis=1)


def centre_of_mass(maps: np.ndarray) -> np.ndarray:
    """Return the centres of maps [B, h, w], float [B, 2]: down and right, in (0, 1)."""
    mass = unit_mass(maps)
    down, right = ((np.arange(side) + 0.5) / side for side in mass.shape[1:])
    return np.stack([mass.sum(axis=2) @ down, mass.sum(axis=1) @ right], axis=1)


AGREEMENT: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "distance": distance,
    "distance_of_unit_mass": distance_of_unit_mass,
    "rank_correlation": rank_correlation,
    "top_k_overlap": top_k_overlap,
    "jensen_shannon": jensen_shannon,
    "centre_shift": centre_shift,
}
"""Every measure by name."""


def _pair(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    a, b = checked(a), checked(b)
    if a.shape != b.shape:
        raise ValueError(f"maps of the shapes {a.shape} and {b.shape} cannot be compared")
    return a, b


def _centred_ranks(maps: np.ndarray) -> np.ndarray:
    ranks = rankdata(maps.reshape(len(maps), -1), axis=1)
    return ranks - ranks.mean(axis=1, keepdims=True)


def _top(maps: np.ndarray, share: float) -> np.ndarray:
    """Return how far, in [0, 1], each place belongs to the strongest ones."""
    if not 0 < share <= 1:
        raise ValueError(f"the share of places must lie in (0, 1], not {share}")
    flat = maps.reshape(len(maps), -1)
    count = max(1, round(share * flat.shape[1]))
    last = np.sort(flat, axis=1)[:, -count, None]
    above, tied = flat > last, flat == last
    room = count - above.sum(axis=1, keepdims=True)
    return (above + tied * room / tied.sum(axis=1, keepdims=True)).reshape(maps.shape)
