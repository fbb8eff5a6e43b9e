"""What is seen of a person's face and hair, without any light."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data_prep.synthetic.drawing.face import soft_outline
from data_prep.synthetic.drawing.hair import make_hair
from data_prep.synthetic.drawing.render import Actor, face_grid, place_of, turned
from data_prep.synthetic.drawing.scene import CANVAS, Pose
from data_prep.synthetic.drawing.shapes import Grid
from data_prep.synthetic.drawing.silhouette import (
    below_shoulders,
    cloth_cover,
    ear_at,
    ear_cover,
    neck_cover,
)


@dataclass(frozen=True)
class Coverage:
    """How much of each pixel of the canvas shows what; float32 [192, 192], 0 to 1.

    Attributes:
        face: inside its outline and not under hair; eyes, nose and mouth are in it.
        hair: before the face and beside it; not behind neck, clothes and ears.
    """

    face: Grid
    hair: Grid


def cover(actor: Actor, pose: Pose) -> Coverage:
    """Return the layers that `drawing.render.draw` lays one over another, as opacities."""
    person = actor.person
    all_u, all_v = face_grid(pose)
    seen = Coverage(*(np.zeros((CANVAS, CANVAS), np.float32) for _ in range(2)))

    head = place_of(pose, -1.6, 1.6, -2.1, max(1.5, person.hair_length + 0.1))
    u, v = all_u[head], all_v[head]
    hair = make_hair(person, actor.textures, u, v, turned(pose, u, v))
    seen.hair[head] = hair.behind

    body = place_of(pose, -9.0, 9.0, 0.45, 9.0)
    u, v = all_u[body], all_v[body]
    seen.hair[body] *= 1 - neck_cover(u, v)
    seen.hair[body] *= 1 - cloth_cover(below_shoulders(person, u, v))
    for side in (-1.0, 1.0):
        at = ear_at(person, pose, side)
        window = place_of(pose, at[0] - 0.3, at[0] + 0.3, -0.35, 0.6)
        seen.hair[window] *= 1 - ear_cover(person, at, all_u[window], all_v[window], side)

    front = place_of(pose, -1.25, 1.25, -1.7, 1.7)
    outline = soft_outline(person, *turned(pose, all_u[front], all_v[front]), 0.025)
    seen.face[front] = outline
    seen.hair[front] *= 1 - outline

    seen.face[head] *= 1 - hair.in_front
    seen.hair[head] += hair.in_front * (1 - seen.hair[head])
    return seen
