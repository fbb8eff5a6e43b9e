"""Outlines of eyes, nose and mouth, in face units and on the canvas."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from data_prep.synthetic.drawing.face import Expression, eye_lines, lip_lines
from data_prep.synthetic.drawing.person import Person
from data_prep.synthetic.drawing.render import on_canvas
from data_prep.synthetic.drawing.scene import Pose

FEATURES = ("eyes", "nose", "mouth")

Polygons = tuple[np.ndarray, ...]
"""float64 [N, 2] each."""

_LIDS = 0.06  # room above and below the open eye, in face units


def eye_outline(person: Person, face: Expression, side: float) -> np.ndarray:
    """Return the outline of an eye and its lids [N, 2], the same while it blinks."""
    x, width, _, _ = person.eye
    u = side * (x + width * np.linspace(-1.15, 1.15, 15))
    upper, lower, _ = eye_lines(person, replace(face, lids=1.0), u.astype(np.float32), side)
    return _ring(u, upper - _LIDS, lower + _LIDS)


def mouth_outline(person: Person, face: Expression) -> np.ndarray:
    """Return the outline of both lips and what lies between them [N, 2]."""
    widest = 1.3 * person.mouth[1]
    u = np.linspace(-widest, widest, 61)
    top, _, _, bottom, t = lip_lines(person, face, u.astype(np.float32))
    within = t <= 1
    return _ring(u[within], top[within], bottom[within])


def nose_outline(person: Person) -> np.ndarray:
    """Return the outline of the nose from its root to below its wings [N, 2]."""
    length, wing, _ = person.nose
    right = np.array(
        [(0.06, -0.05), (0.09, 0.2), (1.1 * wing, length - 0.13), (1.2 * wing, length),
         (0.95 * wing, length + 0.08), (0.35 * wing, length + 0.12)]
    )  # fmt: skip
    return np.concatenate([right, right[::-1] * (-1, 1)])


def features_on_canvas(person: Person, face: Expression, pose: Pose) -> dict[str, Polygons]:
    """Return the outlines of `FEATURES` on the canvas, in pixels counted by their middles.

    Args:
        person: whose face it is.
        face: its expression.
        pose: of the head.
    """
    outlines = {
        "eyes": (eye_outline(person, face, -1.0), eye_outline(person, face, 1.0)),
        "nose": (nose_outline(person),),
        "mouth": (mouth_outline(person, face),),
    }
    return {
        name: tuple(on_canvas(pose, polygon) for polygon in polygons)
        for name, polygons in outlines.items()
    }


def _ring(u: np.ndarray, upper: np.ndarray, lower: np.ndarray) -> np.ndarray:
    """Return the outline along the upper line and back along the lower one."""
    there, back = np.stack([u, upper], axis=1), np.stack([u, lower], axis=1)
    return np.concatenate([there, back[::-1]]).astype(np.float64)
