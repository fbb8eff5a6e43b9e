"""Hair: its outline, its strands and its light."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from data_prep.synthetic.drawing.face import half_width
from data_prep.synthetic.drawing.person import Person
from data_prep.synthetic.drawing.shapes import Grid, bell, ellipse, sample, smoothstep
from data_prep.synthetic.drawing.textures import Textures

_CROWN = np.float32(1.15)


@dataclass(frozen=True)
class Hair:
    """A person's hair in one frame.

    Attributes:
        colour: reflectance [H, W, 3].
        sheen: strength of the band of reflected light [H, W].
        behind: opacity of all hair, seen behind the head [H, W].
        in_front: opacity of what lies over the face [H, W].
        shadow: what is left of the light on the forehead below it [H, W].
    """

    colour: np.ndarray
    sheen: Grid
    behind: Grid
    in_front: Grid
    shadow: Grid


def make_hair(
    person: Person, textures: Textures, u: Grid, v: Grid, face: tuple[Grid, Grid]
) -> Hair:
    """Return the hair of a person; `u`, `v` without and `face` with the head's depth."""
    # Strands fall from the crown: noise stretched along lines from there.
    angle = cv2.phase(v + _CROWN, u + np.float32(1e-6))
    radius = cv2.magnitude(u, v + _CROWN)
    wave = np.float32(person.curl) * np.sin(
        radius * 9 + 3 * sample(textures.blotches, angle * 30, radius * 20)
    )
    strands = sample(textures.strands, angle * 81 + wave * 6, radius * 22)
    outline = _outline(person, strands, u, v)
    fringe = _fringe(person, strands, *face)
    behind = smoothstep(0.04, -0.06, outline)
    top = smoothstep(-0.03, 0.06, fringe)
    face_u, face_v = face
    beside = np.abs(face_u)
    if person.hair_length:
        edge = half_width(person, np.maximum(face_v * np.float32(0.55), np.float32(-0.2)))
        sides = smoothstep(-0.03, 0.07, beside - edge + 0.07 + 0.02 * strands)
        top = np.maximum(top, sides * smoothstep(-0.75, -0.35, face_v))
    else:
        burns = smoothstep(0.0, 0.08, beside - 0.93) * smoothstep(0.12, -0.1, face_v)
        top = np.maximum(top, burns)
    band = bell(cv2.magnitude(u, v + np.float32(0.2)) - np.float32(1.12), 0.16)
    return Hair(
        colour=person.hair * np.clip(1 + 0.30 * strands, 0.3, 2.0)[..., None],
        sheen=np.clip(0.3 * strands + 0.55, 0, 2) * band,
        behind=behind,
        in_front=top * behind,
        shadow=1 - np.float32(0.34) * smoothstep(-0.22, 0.05, fringe),
    )


def _outline(person: Person, strands: Grid, u: Grid, v: Grid) -> Grid:
    """Return signed distance to the outline of all hair, in face units; negative inside."""
    top, sides = person.hair_volume
    width, height = person.skull
    ragged = np.float32(0.010) * strands
    high = ellipse(u, v, (0.0, -0.25), width + sides, height + top - 0.25)
    if not person.hair_length:
        low = ellipse(u, v, (0.0, -0.42), width + 0.5 * sides, 0.75)
        return np.where(v < -0.35, high, np.maximum(low, v - np.float32(0.1))) + ragged
    flare = np.float32(width + sides) + np.float32(0.12) * smoothstep(-0.4, 1.4, v)
    curtain = np.maximum(np.abs(u) - flare, v - np.float32(person.hair_length) - 0.05 * strands)
    return np.where(v < -0.25, high, np.minimum(curtain, np.maximum(high, v))) + ragged


def _fringe(person: Person, strands: Grid, u: Grid, v: Grid) -> Grid:
    """Return signed distance from the hairline: positive where hair lies over the forehead."""
    height, temples = person.hairline
    beside = np.abs(u)
    line = height - 0.35 * temples * bell(beside - np.float32(0.55), 0.2)
    line = line + person.fringe * np.sin(3.1 * u + person.key) + 0.62 * beside * beside * beside
    return line - v + np.float32(0.022) * strands
