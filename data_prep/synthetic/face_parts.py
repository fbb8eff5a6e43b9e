"""Where eyes, nose, mouth, face and hair are seen on the canvas, in originals and in forgeries."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np

from data_prep.face_regions import Regions
from data_prep.synthetic.clip import Clip
from data_prep.synthetic.coverage import Coverage
from data_prep.synthetic.features import FEATURES, Polygons, features_on_canvas
from data_prep.synthetic.forgeries import alignment, spoken
from data_prep.synthetic.outlines import outlines
from data_prep.synthetic.render import Actor
from data_prep.synthetic.scene import CANVAS, Shot
from data_prep.synthetic.shapes import Grid

NAMES = (*FEATURES, "face", "hair")
"""Of the regions, the first where they overlap; neck, ears, clothes and walls are background."""

SWAPPED = ("Swap", "PyramidBlend")
"""Forgeries that show the features of another person."""

MOVED = (*SWAPPED, "MouthReenactment")
"""Forgeries in which features lie elsewhere than in the original.

The others move the face by less than its eyes are high, or not at all.
"""

_SUBPIXEL_BITS = 4
_SMALLEST = 4.0  # pixels of the canvas: single strands are no region
_TOLERANCE = 0.6  # pixels of the canvas: more than the steps of a slanting edge


def features_of(clip: Clip) -> list[dict[str, Polygons]]:
    """The features in each frame of an original, on the canvas; the clip needs no frames."""
    person = clip.actor.person
    return [features_on_canvas(person, shot.face, shot.pose) for shot in clip.shots]


def forged_features(
    method: str, target: Clip, source: Clip, seed: int
) -> list[dict[str, Polygons]]:
    """The features in each frame of a forgery, on the canvas.

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
    """The source's features in the target's pose, aligned as the pixels are."""
    matrix = alignment(source, target, shot.pose)
    drawn = features_on_canvas(source.person, shot.face, shot.pose)
    return {
        name: tuple(polygon @ matrix[:, :2].T + matrix[:, 2] for polygon in polygons)
        for name, polygons in drawn.items()
    }


def seen_regions(
    layers: Coverage, features: Mapping[str, Polygons], visible: Grid | None = None
) -> Regions:
    """The outlines of what is seen of every region, in pixels of the canvas.

    A pixel reaches from one whole number to the next, other than in `features`. A pixel belongs to
    a region that covers half of it.

    Args:
        layers: of face and hair.
        features: outlines of eyes, nose and mouth.
        visible: how much of each pixel nobody stands before, [192, 192]; all of it if None.
    """
    hair = layers.hair > 0.5
    masks = {name: _filled(polygons) & ~hair for name, polygons in features.items()}
    masks |= {"face": layers.face > 0.5, "hair": hair}
    if visible is not None:
        masks = {name: mask & (visible > 0.5) for name, mask in masks.items()}
    return {name: _simple(outlines(masks[name])) for name in NAMES}


def scaled(regions: Regions, factor: float, corner: tuple[float, float] = (0.0, 0.0)) -> Regions:
    """Regions in the pixels of a picture that is `factor` times as large.

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
    """The pixels whose middles lie in a polygon, bool [192, 192]."""
    # OpenCV fills the pixels on the edge too: four times as large that is an eighth of a pixel.
    large = np.zeros((4 * CANVAS, 4 * CANVAS), np.uint8)
    for polygon in polygons:
        fixed = np.round((4 * polygon + 1.5) * 2**_SUBPIXEL_BITS).astype(np.int32)
        cv2.fillPoly(large, [fixed], 255, shift=_SUBPIXEL_BITS)
    return cv2.resize(large, (CANVAS, CANVAS), interpolation=cv2.INTER_AREA) >= 128


def _simple(found: list[list[float]]) -> Polygons:
    """The larger of these outlines, without the steps between pixels."""
    polygons = (np.array(outline, np.float32).reshape(-1, 2) for outline in found)
    large = (polygon for polygon in polygons if cv2.contourArea(polygon) >= _SMALLEST)
    simple = (cv2.approxPolyDP(polygon, _TOLERANCE, True)[:, 0] for polygon in large)
    return tuple(polygon.astype(np.float64) for polygon in simple if len(polygon) >= 3)
