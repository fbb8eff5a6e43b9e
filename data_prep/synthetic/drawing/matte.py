"""A drawn person cut out of the canvas: their light, and how much of the background they hide."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from data_prep.synthetic.drawing.render import Actor, draw
from data_prep.synthetic.drawing.scene import CANVAS, Pose, Scene, Shot
from data_prep.synthetic.drawing.shapes import Grid, smoothstep

_ROWS, _COLUMNS = np.mgrid[0:CANVAS, 0:CANVAS].astype(np.float32)
# Half the width of the shoulders and of the arms at rest, in face units.
_SHOULDERS, _ARMS = 1.72, 2.0


@dataclass(frozen=True)
class Cutout:
    """A person on the canvas.

    Attributes:
        light: of the person alone, times `alpha`; linear, float32 [192, 192, 3].
        alpha: 1 where the person hides what is behind, 0 beside them; float32 [192, 192].
    """

    light: np.ndarray
    alpha: Grid


def cut_out(actor: Actor, scene: Scene, shot: Shot) -> Cutout:
    """Draw a person before black and before white, which tells how much shows through.

    Every layer of a person is laid over what is behind it linearly, so the difference of the two
    is 1 - alpha (Smith and Blinn 1996, blue screen matting, with two known backgrounds).
    """
    black, white = (
        draw(
            actor, replace(scene, background=np.full((CANVAS, CANVAS, 3), level, np.float32)), shot
        )
        for level in (0.0, 1.0)
    )
    body = _body(shot.pose)
    alpha = np.clip(1 - (white - black).mean(axis=2), 0, 1) * body
    return Cutout(black * body[..., None], alpha)


def _body(pose: Pose) -> Grid:
    """Return 1 where a person is, 0 beyond their arms: on the canvas of a clip shoulders go on."""
    x, y = _COLUMNS - np.float32(pose.x), _ROWS - np.float32(pose.y)
    c, s = np.float32(np.cos(pose.roll) / pose.unit), np.float32(np.sin(pose.roll) / pose.unit)
    u, v = c * x + s * y, c * y - s * x
    widest = _SHOULDERS + (_ARMS - _SHOULDERS) * np.sqrt(np.clip((v - 2.2) / 0.6, 0, 1))
    return smoothstep(0.02, -0.02, np.abs(u) - widest)
