"""Where eyes, nose, mouth, face and hair are seen on the canvas, in originals and in forgeries."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np

from data_prep.faces.regions import Regions
from data_prep.synthetic.drawing.clip import Clip
from data_prep.synthetic.drawing.coverage import Coverage
from data_prep.synthetic.drawing.features import FEATURES, Polygons, features_on_canvas
from data_prep.synthetic.drawing.outlines import outlines
from data_prep.synthetic.drawing.render import Actor
from data_prep.synthetic.drawing.scene import CANVAS, Shot
from data_prep.synthetic.drawing.shapes import Grid, blur
from data_prep.synthetic.forgeries import alignment, spoken

NAMES = (*FEATURES, "face", "hair")
"""The regions, the first where they overlap; neck, ears, clothes and walls are background."""

SWAPPED = ("Swap", "PyramidBlend")
"""Forgeries that show the features of another person."""

MOVED = (*SWAPPED, "MouthReenactment")
"""Forgeries in which features lie elsewhere than in the original.

The others move the face by less than its eyes are high, or not at all.
"""

_ENLARGED, _SUBPIXEL_BITS = 4, 4
_SMALLEST = 4.0  # pixels of the canvas: single strands are no region
_STRANDS = 2.0  # pixels of the canvas: ragged edges are smoothed over that
_TOLERANCE = 0.8  # pixels of the canvas: more than the steps of a slanting edge


def features_of(clip: Clip) -> list[dict[str, Polygons]]:
    """Return the features in each frame of an original, on the canvas; the clip needs no frames."""
    person = clip.actor.person
    return [features_on_canvas(person, shot.face, shot.pose) for shot in clip.shots]


def forged_features(
    method: str, target: Clip, source: Clip, seed: int
) -> list[dict[str, Polygons]]:
    """Return the features in each frame of a forgery, on the canvas.

    Args:
        method: one of `MOVED`.
        target: the clip whose face is forged; it needs no frames.
        source: likewise.
        seed: of the world.
    """
    if method in SWAPPED:
        return [swapped_features(target.actor, source.actor, shot) for shot in target.shots]
    face = spoken(target, source, seed)
    return [
        own | {"mouth": features_on_canvas(target.actor.person, face(number), shot.pose)["mouth"]}
        for number, (own, shot) in enumerate(zip(features_of(target), target.shots, strict=True))
    ]


def swapped_features(target: Actor, source: Actor, shot: Shot) -> dict[str, Polygons]:
    """Return the source's features in the target's pose, aligned as the pixels are."""
    matrix = alignment(source, target, shot.pose)
    drawn = features_on_canvas(source.person, shot.face, shot.pose)
    return {
        name: tuple(polygon @ matrix[:, :2].T + matrix[:, 2] for polygon in polygons)
        for name, polygons in drawn.items()
    }


def seen_regions(
    layers: Coverage, features: Mapping[str, Polygons], visible: Grid | None = None
) -> Regions:
    """Return the outlines of what is seen of every region, in pixels of the canvas.

    A pixel reaches from one whole number to the next, other than in `features`. A pixel belongs to
    a region that covers half of it.

    Args:
        layers: of face and hair.
        features: outlines of eyes, nose and mouth.
        visible: how much of each pixel nobody stands before, [192, 192]; all of it if None.
    """
    hair, face = (blur(layer, _STRANDS) > 0.5 for layer in (layers.hair, layers.face))
    masks = {name: _filled(polygons) & ~hair for name, polygons in features.items()}
    masks |= {"face": face & ~hair, "hair": hair}
    if visible is not None:
        masks = {name: mask & (visible > 0.5) for name, mask in masks.items()}
    return {name: _simple(outlines(masks[name])) for name in NAMES}


def scaled(regions: Regions, factor: float, corner: tuple[float, float] = (0.0, 0.0)) -> Regions:
    """Return regions in the pixels of a picture that is `factor` times as large.

    Args:
        regions: of the canvas.
        factor: its size in the picture over its own.
        corner: where it lies in the picture, pixels of the picture.
    """
    return {
        name: tuple(polygon * factor + corner for polygon in polygons)
        for name, polygons in regions.items()
    }


def _filled(polygons: Polygons) -> np.ndarray:
    """Return the pixels of which half lies in a polygon, bool [192, 192]."""
    inside = np.zeros((CANVAS, CANVAS), bool)
    for polygon in polygons:
        left, top = np.clip(np.floor(polygon.min(axis=0)) - 1, 0, CANVAS - 1).astype(int)
        right, bottom = np.clip(np.ceil(polygon.max(axis=0)) + 2, 1, CANVAS).astype(int)
        size = max(right - left, 1), max(bottom - top, 1)
        # OpenCV fills the pixels on the edge too: enlarged that is an eighth of a pixel.
        large = np.zeros((_ENLARGED * size[1], _ENLARGED * size[0]), np.uint8)
        corners = (polygon + 0.5 - (left, top)) * _ENLARGED - 0.5
        fixed = np.round(corners * 2**_SUBPIXEL_BITS).astype(np.int32)
        cv2.fillPoly(large, [fixed], 255, shift=_SUBPIXEL_BITS)
        filled = cv2.resize(large, size, interpolation=cv2.INTER_AREA) >= 128
        inside[top : top + size[1], left : left + size[0]] |= filled
    return inside


def _simple(outlines: list[list[float]]) -> Polygons:
    """Return the larger of these outlines, without the steps between pixels."""
    polygons = (np.array(outline, np.float32).reshape(-1, 2) for outline in outlines)
    large = (polygon for polygon in polygons if cv2.contourArea(polygon) >= _SMALLEST)
    simple = (cv2.approxPolyDP(polygon, _TOLERANCE, True)[:, 0] for polygon in large)
    return tuple(polygon.astype(np.float64) for polygon in simple if len(polygon) >= 3)
