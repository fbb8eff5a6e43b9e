"""The face's geometry: expression, outline, lids, lips and relief, in face units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data_prep.synthetic.drawing.person import Person
from data_prep.synthetic.drawing.shapes import Grid, bell, bump, power, smoothstep


@dataclass(frozen=True)
class Expression:
    """What changes from frame to frame in a face.

    Attributes:
        smile: -0.3 sad to 1 laughing.
        mouth_open: 0 closed to 1.
        brow: -1 knitted to 1 raised.
        lids: 0 closed to 1 open.
        gaze: direction of the eyes, each -1 to 1.
    """

    smile: float
    mouth_open: float
    brow: float
    lids: float
    gaze: tuple[float, float]


def half_width(person: Person, v: Grid) -> Grid:
    """Return half the width of the face at height v: a skull above the eyes, a jaw below them."""
    top = np.clip(-v / np.float32(person.skull[1]), 0, 1)
    bottom = np.clip(v / np.float32(person.chin), 0, 1)
    skull = np.sqrt(1 - power(top, 2.3)) * np.float32(person.skull[0])
    jaw = power(1 - power(bottom, person.jaw), 0.62)
    return np.where(v < 0, skull, jaw * np.float32(person.skull[0]))


def soft_outline(person: Person, u: Grid, v: Grid, softness: float) -> Grid:
    """Return the opacity of the face: 1 inside its outline, 0 outside."""
    beside = (np.abs(u) - half_width(person, v)) * np.float32(0.8)
    beyond = np.maximum(v - np.float32(person.chin), -v - np.float32(person.skull[1]))
    return smoothstep(softness, -softness, np.maximum(beside, beyond))


def lip_lines(person: Person, face: Expression, u: Grid) -> tuple[Grid, Grid, Grid, Grid, Grid]:
    """Return the upper lip's top, the mouth's upper and lower edge, the lower lip's bottom; and t.

    `t` runs from 0 in the middle of the mouth to 1 in its corners.
    """
    height, width, upper, lower = person.mouth
    width = width * (1 + 0.22 * face.smile - 0.12 * face.mouth_open)
    t = np.clip(np.abs(u) * np.float32(1 / width), 0, 1.2)
    rest = np.clip(1 - t * t, 0, 1)
    line = np.float32(height) + np.float32(0.11 * face.smile + 0.012) * (np.float32(0.3) - t * t)
    gap = np.float32(0.17 * face.mouth_open + 0.05 * max(face.smile, 0))
    cupid = 1 - 0.28 * bell(t, 0.16) + 0.12 * bell(t - np.float32(0.3), 0.2)
    above = line - np.float32(0.35) * gap * rest
    below = line + np.float32(0.65) * gap * rest
    top = above - np.float32(upper) * np.sqrt(rest) * cupid
    return top, above, below, below + np.float32(lower) * power(rest, 0.7), t


def eye_lines(person: Person, face: Expression, u: Grid, side: float) -> tuple[Grid, Grid, Grid]:
    """Return an eye's upper and lower lid, and t from -1 at the inner to 1 at the outer corner."""
    x, width, opening, tilt = person.eye
    t = (u * np.float32(side) - np.float32(x)) * np.float32(1 / width)
    rest = np.clip(1 - t * t, 0, 1)
    middle = np.float32(-0.14 * tilt) * np.clip(t, -1.2, 1.2)
    wide = np.float32(opening * (0.12 + 0.88 * face.lids) * (1 + 0.12 * face.brow))
    low = np.float32((0.55 - 0.30 * max(face.smile, 0.0)) * opening * min(face.lids + 0.3, 1.0))
    upper = middle - wide * power(rest, 0.75) * (1 - np.float32(0.12) * t)
    return upper, middle + low * rest, t


def relief(person: Person, face: Expression, u: Grid, v: Grid) -> Grid:
    """Return the height of the face towards the camera, in face units."""
    across = np.clip(u / np.maximum(half_width(person, v), np.float32(0.05)), -0.995, 0.995)
    down = np.clip(1 - (v * np.float32(1 / 1.75)) ** 2, 0.05, 1)
    z = np.float32(0.9) * np.sqrt((1 - across * across) * down)
    x = person.eye[0]
    length, wing, ridge = person.nose
    smile = max(face.smile, 0.0)
    mirrored = np.abs(u)  # the relief is the same on both sides
    z -= 0.115 * bump(mirrored, v, (x - 0.04, -0.02), 0.20, 0.12)
    z += 0.055 * bump(mirrored, v, (x, 0.01), 0.13, 0.075)
    z += 0.050 * bump(mirrored, v, (0.36, -0.28), 0.22, 0.09)
    z += (person.cheek + 0.05 * smile) * bump(mirrored, v, (0.56, 0.36 - 0.05 * smile), 0.17, 0.16)
    z += 0.075 * bump(mirrored, v, (wing * 0.72, length - 0.03), 0.065, 0.065)
    fold = np.float32(0.26) * (1 + smoothstep(length - 0.1, person.mouth[0] + 0.1, v))
    along = smoothstep(length - 0.12, length + 0.05, v) * smoothstep(1.02, 0.82, v)
    z -= (0.012 + 0.02 * smile + 0.02 * person.age) * along * bell(mirrored - fold, 0.045)
    rise = smoothstep(-0.22, length, v)
    slope = u / (np.float32(0.055) + np.float32(0.07) * rise)
    z += (
        ridge
        * (0.25 + 0.75 * rise)
        * smoothstep(length + 0.13, length - 0.03, v)
        * bell(slope, 2**0.5)
        * smoothstep(-0.45, -0.1, v)
    )
    top, above, below, bottom, t = lip_lines(person, face, u)
    inside = np.clip(1 - t * t, 0, 1)
    z += 0.075 * bell(v - 0.5 * (top + above), 0.06) * inside
    z += 0.085 * bell(v - 0.5 * (below + bottom), 0.065) * inside
    z -= 0.05 * bump(u, v, (0.0, person.mouth[0] + 0.24), 0.22, 0.05)
    z += 0.10 * bump(u, v, (0.0, person.chin - 0.17), 0.22, 0.13)
    z -= 0.012 * bump(u, v, (0.0, length + 0.15), 0.035, 0.07)
    if person.age > 0.3:
        lines = np.sin(v * 34) * smoothstep(-0.35, -0.5, v) * smoothstep(-0.95, -0.7, v)
        z -= 0.004 * (person.age + 0.5 * max(face.brow, 0.0)) * lines
    return z
