"""The face's colours: skin, beard, mouth, eyes and brows, as reflectance without light."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from data_prep.synthetic.drawing.face import Expression, eye_lines, lip_lines
from data_prep.synthetic.drawing.person import Person
from data_prep.synthetic.drawing.shapes import (
    Grid,
    Window,
    bell,
    bump,
    ellipse,
    lay_over,
    sample,
    smoothstep,
)
from data_prep.synthetic.drawing.textures import Textures, on_skin

Place = Callable[[float, float, float, float], Window]
"""From left, right, top and bottom in face units to the window that holds them."""

_ENAMEL = np.array([0.72, 0.66, 0.57], np.float32)
_SCLERA = np.array([0.70, 0.64, 0.60], np.float32)
_MOUTH = np.array([0.045, 0.014, 0.014], np.float32)
_PUPIL = np.array([0.008, 0.008, 0.008], np.float32)
_GLINT = np.array([1.6, 1.6, 1.6], np.float32)
_FLUSH = np.array([1.04, 0.80, 0.80], np.float32)


def complexion(
    person: Person, face: Expression, textures: Textures, u: Grid, v: Grid, place: Place
) -> tuple[np.ndarray, Grid]:
    """Return the face's reflectance [H, W, 3] and its gloss [H, W]."""
    pores = on_skin(textures.pores, u, v)
    mirrored = np.abs(u)
    tone = 1 + 0.045 * on_skin(textures.blotches, u, v) + (0.03 + 0.03 * person.age) * pores
    tone += 0.06 * on_skin(textures.grain, u, v)
    tone *= 1 - 0.16 * bump(mirrored, v, (person.eye[0], 0.13), 0.17, 0.07)
    red = bump(mirrored, v, (0.52, 0.42), 0.2, 0.2)
    red += 0.5 * bump(u, v, (0.0, person.nose[0] - 0.05), 0.15, 0.14)
    red = np.clip(red, 0, 1)
    if person.freckles:
        spots = on_skin(textures.spots, u, v, 1.6) * bump(u, v, (0.0, 0.3), 0.6, 0.28)
        tone *= 1 - 0.35 * np.clip(spots * person.freckles, 0, 1)
    colour = person.skin * tone[..., None]
    colour *= 1 + (red * np.float32(0.8 * person.ruddiness))[..., None] * (_FLUSH - 1)
    gloss = np.float32(0.10) + np.float32(0.10) * red
    if person.beard:
        _facial_hair(person, textures, colour, u, v)
    _nostrils(person, colour, u, v, place)
    height, width, _, _ = person.mouth
    window = place(-1.4 * width, 1.4 * width, height - 0.25, height + 0.42)
    _mouth(person, face, colour, gloss, pores, u, v, window)
    for side in (-1.0, 1.0):
        x = side * person.eye[0]
        window = place(x - 0.34, x + 0.34, -0.48, 0.2)
        _eye(person, face, colour, gloss, u, v, window, side)
        _brow(person, face, textures, colour, u, v, window, side)
    return colour, gloss


def _facial_hair(person: Person, textures: Textures, colour: np.ndarray, u: Grid, v: Grid) -> None:
    strands = sample(textures.strands, u * 170, v * 90)
    mouth = person.mouth[0]
    square = (u * np.float32(1 / 0.62)) ** 2
    edge = np.float32(0.28) + np.float32(0.55) * np.exp(-square * square)
    area = smoothstep(-0.06, 0.12, v - edge + 0.03 * strands)
    area *= smoothstep(-0.02, 0.06, ellipse(u, v, (0.0, mouth + 0.02), 0.42, 0.20))
    lip = ellipse(u, v, (0.0, mouth - 0.13), 0.36, 0.085)
    area = np.maximum(area * person.beard, smoothstep(0.02, -0.05, lip) * person.moustache)
    dark = np.clip(area * (0.72 + 0.16 * strands), 0, 0.95)
    hair = person.hair * np.float32(0.9) + person.skin * np.float32(0.06)
    lay_over(colour, np.s_[:, :], hair, dark)


def _nostrils(person: Person, colour: np.ndarray, u: Grid, v: Grid, place: Place) -> None:
    length, wing, _ = person.nose
    window = place(-1.8 * wing, 1.8 * wing, length - 0.25, length + 0.2)
    beside, down = np.abs(u[window]), v[window]
    dark = bump(beside, down, (wing * 0.45, length + 0.055), 0.05, 0.024)
    dark += 0.45 * bump(beside, down, (wing * 1.02, length), 0.022, 0.05)
    colour[window] *= (1 - 0.72 * np.clip(dark, 0, 1))[..., None]


def _mouth(
    person: Person,
    face: Expression,
    colour: np.ndarray,
    gloss: Grid,
    pores: Grid,
    all_u: Grid,
    all_v: Grid,
    window: Window,
) -> None:
    u, v = all_u[window], all_v[window]
    top, above, below, bottom, t = lip_lines(person, face, u)
    inside = smoothstep(1.0, 0.93, t)
    soft = 0.018
    lips = smoothstep(-soft, soft, v - top) * smoothstep(soft, -soft, v - bottom) * inside
    shade = np.where(v < 0.5 * (above + below), np.float32(0.84), np.float32(1.0))
    shade *= 1 + 0.06 * pores[window]
    lay_over(colour, window, person.lip * shade[..., None], lips, 0.9)
    gap = smoothstep(-0.008, 0.012, v - above) * smoothstep(0.012, -0.008, v - below) * inside
    lay_over(colour, window, _MOUTH, gap)
    edge = above + np.float32(0.10 * (0.4 + 0.6 * max(face.smile, 0.0)))
    teeth = gap * smoothstep(0.012, -0.012, v - edge) * smoothstep(0.95, 0.7, t)
    between = 1 - 0.18 * bell(np.mod(u + 10, np.float32(0.085)) - np.float32(0.0425), 0.008)
    lay_over(colour, window, _ENAMEL * (between * (1 - 0.5 * t))[..., None], teeth, 0.92)
    colour[window] *= (1 - 0.55 * bell(v - above, 0.014) * inside)[..., None]
    gloss[window] += 0.22 * lips * smoothstep(0.0, 0.03, v - below)
    gloss[window] *= 1 - gap


def _eye(
    person: Person,
    face: Expression,
    colour: np.ndarray,
    gloss: Grid,
    all_u: Grid,
    all_v: Grid,
    window: Window,
    side: float,
) -> None:
    u, v = all_u[window], all_v[window]
    upper, lower, t = eye_lines(person, face, u, side)
    x, width, opening, _ = person.eye
    within = smoothstep(1.04, 0.94, np.abs(t))
    crease = bell(v - upper + np.float32(0.055 + 0.02 * face.brow), 0.018)
    colour[window] *= (1 - 0.32 * crease * smoothstep(1.15, 0.7, np.abs(t)))[..., None]
    visible = smoothstep(-0.012, 0.012, v - upper) * smoothstep(0.012, -0.012, v - lower) * within
    shade = (1 - 0.35 * t * t) * (1 - 0.42 * smoothstep(0.07, 0.0, v - upper))
    ball = _SCLERA * shade[..., None]
    at = (side * x + 0.35 * width * face.gaze[0], 0.01 + 0.03 * face.gaze[1] - 0.1 * opening)
    radius = np.hypot(u - np.float32(at[0]), v - np.float32(at[1]))
    iris = person.iris * (1 - 0.6 * smoothstep(0.064, 0.098, radius))[..., None]
    lay_over(ball, np.s_[:, :], iris, smoothstep(0.110, 0.086, radius))
    lay_over(ball, np.s_[:, :], _PUPIL, smoothstep(0.054, 0.030, radius))
    lay_over(ball, np.s_[:, :], _GLINT, bump(u, v, (at[0] - 0.03, at[1] - 0.035), 0.017, 0.017))
    lay_over(colour, window, ball, visible)
    lash = bell(v - upper, 0.020) * within
    rim = bell(v - lower, 0.014) * within
    colour[window] *= ((1 - 0.82 * lash) * (1 - 0.28 * rim))[..., None]
    gloss[window] *= 1 - visible
    gloss[window] += 0.25 * visible


def _brow(
    person: Person,
    face: Expression,
    textures: Textures,
    colour: np.ndarray,
    all_u: Grid,
    all_v: Grid,
    window: Window,
    side: float,
) -> None:
    u, v = all_u[window], all_v[window]
    x, width, _, _ = person.eye
    height, thick, arch = person.brow_shape
    t = (u * np.float32(side) - np.float32(x + 0.01)) * np.float32(1 / (1.42 * width))
    line = -height - 0.05 * face.brow - 0.8 * arch * (1 - (t - 0.1) ** 2) + 0.02 * t
    line += 0.03 * max(-face.brow, 0.0) * smoothstep(0.2, -1.0, t)
    taper = np.clip(1 - np.abs(t) ** 3, 0, 1) * (1 - 0.35 * smoothstep(0.0, 1.0, t))
    strands = sample(textures.strands, u * 150 + v * 90 + np.float32(side * 60), v * 110)
    apart = np.abs(v - line) / (thick * taper + 0.004) + 0.12 * strands
    dark = smoothstep(1.15, 0.55, apart) * (0.80 + 0.14 * strands)
    lay_over(colour, window, person.brow, np.clip(dark, 0, 0.95) * smoothstep(1.0, 0.85, np.abs(t)))
