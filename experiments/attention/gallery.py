"""The gallery of a run's maps: which pictures, and what is drawn of each."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from jaxticket.attention.measure import Explainer, Network
from jaxticket.attention.table import Measured
from jaxticket.attention.values import enlarged, moved
from jaxticket.data import Examples, even_order, subset
from jaxticket.report.overlay import with_map, with_region
from jaxticket.runs.attention import Map, Picture
from jaxticket.runs.levels import Level
from jaxticket.runs.looks import LookFolder

MOST_LEVELS = 6
"""Shown of each picture: the dense network, the deepest ticket, others evenly between."""
LARGEST = 128
"""Side beyond which pictures are shown smaller, pixels."""
IN_TENSORBOARD = 4
"""Pictures whose maps TensorBoard gets too."""


def write_gallery(
    kept: LookFolder,
    folder: str,
    explainer: Explainer,
    networks: Sequence[Network],
    examples: Examples,
    measured: Measured,
    count: int,
    header: Mapping[str, Any],
) -> list[tuple[str, int, np.ndarray]]:
    """Write the gallery, and return the maps for TensorBoard: (name, level, uint8 [H, W, 3]).

    Half of the pictures are those where attention moved most at the deepest level, half are drawn
    evenly over the methods; of both, half are fakes as far as there are.

    Args:
        kept: where it is written.
        folder: of its pictures, below that.
        explainer: makes the maps.
        networks: those of the run; only the tickets are shown.
        examples: the pictures.
        measured: of them.
        count: pictures of the gallery.
        header: of gallery.json: what maps these are.
    """
    shown = _some(_tickets(networks))
    chosen = choose(measured, _moved_of(measured, shown[-1]), count)
    some = subset(examples, chosen)
    directions = explainer.directions(networks[0], examples)[chosen]
    maps = [explainer.maps(network, some, directions) for network in shown]
    gallery, drawings = [], []
    pixels, regions = some.images(np.arange(len(some))), some.masks(np.arange(len(some)))
    large = [enlarged(own, examples.image_size) for own in maps]
    for at in range(len(some)):
        key, picture = str(some.keys[at]), _smaller(pixels[at])
        region = regions[at] if some.labels[at] and regions[at].any() else None
        drawing = kept.write_picture(folder, f"{at:02d}", picture)
        drawn_region = None
        if region is not None:
            drawn = with_region(picture, _smaller(255 * region.astype(np.uint8)) > 127)
            drawn_region = kept.write_picture(folder, f"{at:02d}_region", drawn)
        drawn_maps = []
        for network, own, whole in zip(shown, maps, large, strict=True):
            level, values = network.name.level or 0, measured.values[network.name]
            peak = whole[at].max()
            drawn = with_map(picture, _smaller(whole[at] / peak if peak > 0 else 0 * whole[at]))
            inside = values["energy_inside"][chosen[at]] if "energy_inside" in values else np.nan
            drawn_maps.append(
                Map(
                    level=level,
                    map=kept.write_picture(folder, f"{at:02d}_level_{level:02d}", drawn),
                    moved=float(moved(own[at : at + 1], maps[0][at : at + 1])[0]),
                    empty=not peak > 0, inside=None if np.isnan(inside) else float(inside),
                    logit=float(values["logit"][chosen[at]]),
                )
            )  # fmt: skip
            if at < IN_TENSORBOARD:
                drawings.append((f"maps/{key}", level, drawn))
        gallery.append(
            Picture(
                key=key, label=int(some.labels[at] > 0), method=str(some.methods[at]),
                compression=str(some.compressions[at]),
                group=str(some.groups[at]), picture=drawing, region=drawn_region, maps=drawn_maps,
            )
        )  # fmt: skip
    levels = [Level(network.name.level or 0, network.name.sparsity) for network in shown]
    kept.write_gallery(folder, {**header, "levels": levels, "pictures": gallery})
    return drawings


def choose(measured: Measured, far: np.ndarray, count: int) -> np.ndarray:
    """Return the positions of the gallery's pictures.

    Args:
        measured: the pictures.
        far: how far attention moved, float [N].
        count: how many.
    """
    drawn = even_order(measured.labels, measured.methods, measured.groups, measured.keys, "gallery")
    orders = np.lexsort((measured.keys, -far)), drawn
    fakes = measured.labels > 0
    positions: list[int] = []
    # Moved most and drawn, fakes and reals; then whatever there is until it is enough.
    quarters = [(order, kind) for kind in (fakes, ~fakes) for order in orders]
    everything = np.ones(len(fakes), np.bool_)
    for number, (order, kind) in enumerate([*quarters, (orders[1], everything)]):
        target = min(count, -(-count * (number + 1) // 4))
        positions += list(_next(order[kind[order]], positions, target))
    return np.array(positions, dtype=np.int64)


def _next(order: np.ndarray, positions: list[int], target: int) -> Iterator[int]:
    new = [int(at) for at in order if int(at) not in positions]
    yield from new[: max(0, target - len(positions))]


def _tickets(networks: Sequence[Network]) -> list[Network]:
    return sorted((n for n in networks if n.name.kind == "ticket"), key=lambda n: n.name.sparsity)


def _some(networks: Sequence[Network]) -> list[Network]:
    places = np.linspace(0, len(networks) - 1, min(MOST_LEVELS, len(networks)))
    return [networks[at] for at in np.unique(np.round(places).astype(int))]


def _moved_of(measured: Measured, network: Network) -> np.ndarray:
    """Return how far the maps are from the dense ones; nothing is known of an empty one here."""
    values = measured.values[network.name].get("jensen_shannon")
    return np.zeros(len(measured.keys)) if values is None else np.nan_to_num(values, nan=0.0)


def _smaller(pixels: np.ndarray) -> np.ndarray:
    if len(pixels) <= LARGEST:
        return pixels
    import cv2

    return cv2.resize(pixels, (LARGEST, LARGEST), interpolation=cv2.INTER_AREA)
