"""Outlines of what is drawn of a person round the face: neck, clothes and ears, as opacities."""

from __future__ import annotations

import numpy as np

from data_prep.synthetic.drawing.person import Person
from data_prep.synthetic.drawing.scene import Pose
from data_prep.synthetic.drawing.shapes import Grid, ellipse, smoothstep


def neck_cover(u: Grid, v: Grid) -> Grid:
    """Return the opacity of the neck."""
    width = np.float32(0.56) + np.float32(0.16) * smoothstep(1.2, 1.9, v)
    return smoothstep(0.03, -0.03, np.abs(u) - width) * smoothstep(0.5, 0.6, v)


def below_shoulders(person: Person, u: Grid, v: Grid) -> Grid:
    """Return how far below the upper edge of the clothes a place lies, in face units."""
    beside = np.abs(u)
    shoulders = person.chin + 0.28 + 0.26 * beside**1.5 + 0.16 * np.exp(-((u / 0.45) ** 2))
    return v - shoulders


def cloth_cover(below: Grid) -> Grid:
    """Return the opacity of the clothes, from `below_shoulders`."""
    return smoothstep(-0.02, 0.03, below)


def ear_at(person: Person, pose: Pose, side: float) -> tuple[float, float]:
    """Return the middle (u, v) of an ear, at the left of the picture for side -1, right for 1."""
    return side * person.skull[0] * (0.99 - 0.22 * side * np.tan(pose.yaw)), 0.12


def ear_cover(person: Person, at: tuple[float, float], u: Grid, v: Grid, side: float) -> Grid:
    """Return the opacity of the ear whose middle is `at`."""
    leaning = u + np.float32(0.12 * side) * (v - np.float32(at[1]))
    return smoothstep(0.02, -0.03, ellipse(leaning, v, at, 0.14 * person.ear, 0.27))
