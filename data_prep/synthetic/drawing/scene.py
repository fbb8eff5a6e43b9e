"""Where and how a clip is filmed: light, background, camera, and the head's and face's motion."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from data_prep.synthetic.drawing.draws import Draws
from data_prep.synthetic.drawing.face import Expression
from data_prep.synthetic.drawing.shapes import blur, lay_over, smoothstep

CANVAS = 192
"""Height and width of the picture that is drawn, in pixels."""


@dataclass(frozen=True)
class Pose:
    """The head in the picture.

    Attributes:
        x, y: where the point between the eyes lies, in pixels of the canvas.
        unit: length of a face unit, in pixels.
        roll, yaw, pitch: in radians.
    """

    x: float
    y: float
    unit: float
    roll: float
    yaw: float
    pitch: float


@dataclass(frozen=True)
class Shot:
    """One frame of a clip: pose, expression and the frame's number."""

    pose: Pose
    face: Expression
    number: int


@dataclass(frozen=True)
class Scene:
    """What stays the same during a clip.

    Attributes:
        background: float32 [192, 192, 3], linear light.
        light: direction towards the light, unit vector (right, down, towards the camera).
        key, ambient: colour of the directed and of the surrounding light, float32 [3].
        exposure, contrast, saturation: of the camera.
        balance: white balance, float32 [3].
        grain: standard deviation of the sensor's noise at mid grey, in 8-bit levels.
        focus: blur of the whole picture, in pixels of the canvas.
        softened: what the camera itself resamples (`nothing`, `face`, `outside` of it or
            `everything`), and by which factor.
        seed: of the world.
        number: of the clip.
    """

    background: np.ndarray
    light: np.ndarray
    key: np.ndarray
    ambient: np.ndarray
    exposure: float
    contrast: float
    saturation: float
    balance: np.ndarray
    grain: float
    focus: float
    softened: tuple[str, float]
    seed: int
    number: int


def make_scene(seed: int, number: int) -> Scene:
    """Return the scene of clip `number` of the world `seed`."""
    draw = Draws(seed, "scene", number)
    side = draw.uniform(-0.75, 0.75)
    direction = np.array([side, draw.uniform(-0.75, -0.2), draw.uniform(0.55, 1.0)], np.float32)
    warmth = draw.uniform(-1, 1)
    tint = np.array([1 + 0.12 * warmth, 1.0, 1 - 0.14 * warmth], np.float32)
    strength = draw.uniform(0.55, 0.95)
    around = draw.uniform(0.25, 0.50)
    return Scene(
        background=_background(draw),
        light=direction / np.float32(np.linalg.norm(direction)),
        key=strength * tint,
        ambient=around * (2 - tint) * draw.vector(0.95, 1.05, 3),
        exposure=draw.uniform(0.85, 1.35),
        contrast=draw.uniform(0.9, 1.15),
        saturation=draw.uniform(0.75, 1.15),
        balance=draw.vector(0.94, 1.06, 3),
        grain=draw.uniform(0.8, 6.0),
        focus=draw.uniform(0.2, 1.1),
        softened=(
            draw.choose(("nothing", "face", "outside", "everything")),
            draw.uniform(1.05, 1.35),
        ),
        seed=seed,
        number=number,
    )


def make_shots(seed: int, number: int, frames: int) -> list[Shot]:
    """Return the frames of clip `number`: a head that sways, talks, smiles and blinks."""
    draw = Draws(seed, "motion", number)
    unit = draw.uniform(43.0, 50.0)
    x, y = 96 + draw.uniform(-7, 7), 88 + draw.uniform(-5, 5)
    roll, yaw, pitch = draw.normal(0, 0.06), draw.normal(0, 0.17), draw.normal(0, 0.08)
    mood, talk = draw.uniform(-0.25, 0.9), draw.uniform(0.05, 0.8)
    paces = draw.vector(0.10, 0.45, 8)
    starts = draw.vector(0, 2 * np.pi, 8)
    blink_at = draw.uniform(2, 40)
    gaze = (draw.uniform(-0.5, 0.5), draw.uniform(-0.4, 0.4))
    brow = draw.uniform(-0.6, 0.7)

    def sway(which: int, at: int) -> float:
        return float(np.sin(starts[which] + paces[which] * at))

    shots = []
    for at in range(frames):
        lids = 1 - float(np.exp(-(((at - blink_at) / 1.2) ** 2)))
        opening = talk * max(0.0, 0.5 * sway(0, 2 * at) + 0.5 * sway(1, 3 * at) + 0.15)
        pose = Pose(
            x=x + 2.2 * sway(2, at),
            y=y + 1.6 * sway(3, at),
            unit=unit * (1 + 0.012 * sway(4, at)),
            roll=roll + 0.030 * sway(5, at),
            yaw=float(np.clip(yaw + 0.06 * sway(6, at), -0.5, 0.5)),
            pitch=pitch + 0.03 * sway(7, at),
        )
        face = Expression(
            smile=float(np.clip(mood + 0.2 * sway(4, at), -0.3, 1)),
            mouth_open=float(np.clip(opening, 0, 1)),
            brow=float(np.clip(brow + 0.25 * sway(5, at), -1, 1)),
            lids=float(np.clip(lids, 0, 1)),
            gaze=gaze,
        )
        shots.append(Shot(pose, face, at))
    return shots


def _background(draw: Draws) -> np.ndarray:
    """Return a room or a landscape, more or less out of focus."""
    rows, columns = np.mgrid[0:CANVAS, 0:CANVAS].astype(np.float32) / np.float32(CANVAS)
    whole = np.s_[:, :]
    picture = np.empty((CANVAS, CANVAS, 3), np.float32)
    picture[:] = _paint(draw, 0.06, 0.75)
    slope = smoothstep(draw.uniform(-0.2, 0.3), draw.uniform(0.6, 1.2), rows)
    lay_over(picture, whole, _paint(draw, 0.04, 0.5), slope)
    for _ in range(int(draw.uniform(4, 12))):
        x, y = draw.uniform(-0.1, 1), draw.uniform(-0.1, 1)
        width, height = draw.uniform(0.05, 0.4), draw.uniform(0.08, 0.7)
        if draw.chance(0.7):
            beyond = np.maximum(np.abs(columns - x) - width / 2, np.abs(rows - y) - height / 2)
        else:
            beyond = np.hypot(columns - x, (rows - y) * (width / height)) - width / 2
        lay_over(
            picture,
            whole,
            _paint(draw, 0.03, 0.8),
            smoothstep(0.005, -0.005, beyond),
            draw.uniform(0.4, 1),
        )
    coarse = cv2.resize(draw.field((12, 12)), (CANVAS, CANVAS), interpolation=cv2.INTER_CUBIC)
    fine = blur(draw.field((CANVAS, CANVAS)), draw.uniform(0.5, 1.6)) * np.float32(3)
    texture = draw.uniform(0.02, 0.12) * coarse + draw.uniform(0.0, 0.4) ** 2 * fine
    picture = np.clip(picture * (1 + texture.astype(np.float32))[..., None], 0.005, 1.2)
    return blur(picture, draw.uniform(0.3, 4.0))


def _paint(draw: Draws, low: float, high: float) -> np.ndarray:
    """Return a colour, most often a greyish one; float32 [3]."""
    colour = np.array([draw.uniform(low, high)] * 3, np.float32)
    return colour * (1 + draw.uniform(0, 0.7) ** 2 * draw.vector(-1, 1, 3))
