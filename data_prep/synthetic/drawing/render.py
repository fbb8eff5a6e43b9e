"""From a person, a scene and a shot to a lit picture, layer over layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data_prep.synthetic.drawing.complexion import Place, complexion
from data_prep.synthetic.drawing.face import relief, soft_outline
from data_prep.synthetic.drawing.hair import make_hair
from data_prep.synthetic.drawing.light import lit_relief, rough_light
from data_prep.synthetic.drawing.person import Person
from data_prep.synthetic.drawing.scene import CANVAS, Pose, Scene, Shot
from data_prep.synthetic.drawing.shapes import Grid, Window, bump, lay_over, smoothstep
from data_prep.synthetic.drawing.silhouette import (
    below_shoulders,
    cloth_cover,
    ear_at,
    ear_cover,
    neck_cover,
)
from data_prep.synthetic.drawing.textures import Textures, on_skin

_ROWS, _COLUMNS = np.mgrid[0:CANVAS, 0:CANVAS].astype(np.float32)
# How far the middle of the face stands out before its outline, in face units.
_DEPTH = 0.62


@dataclass(frozen=True)
class Actor:
    """A person with the textures that are drawn on it."""

    person: Person
    textures: Textures


def draw(actor: Actor, scene: Scene, shot: Shot) -> np.ndarray:
    """Return the lit scene with the person in it, linear light, float32 [192, 192, 3]."""
    person, textures, pose = actor.person, actor.textures, shot.pose
    u, v = face_grid(pose)
    picture = scene.background.copy()

    head = place_of(pose, -1.6, 1.6, -2.1, max(1.5, person.hair_length + 0.1))
    hair = make_hair(person, textures, u[head], v[head], turned(pose, u[head], v[head]))
    hair_light = rough_light(scene, np.clip(u[head] * 0.75, -0.95, 0.95)) * np.float32(1.15)
    lit_hair = hair.colour * hair_light
    lit_hair += (hair.sheen * (0.05 + 0.05 * scene.light[2]))[..., None] * (
        scene.key * (person.hair * 1.2 + np.float32(0.04))
    )
    lay_over(picture, head, lit_hair * np.float32(0.62), hair.behind)
    _body(person, textures, scene, picture, u, v, place_of(pose, -9.0, 9.0, 0.45, 9.0))
    for side in (-1.0, 1.0):
        _ear(person, scene, pose, picture, u, v, side)

    front, lit, face_u, face_v = _face(actor, scene, shot, u, v)
    lit *= _part(hair.shadow, head, front)[..., None]
    lay_over(picture, front, lit, soft_outline(person, face_u, face_v, 0.025))
    lay_over(picture, head, lit_hair, hair.in_front)
    if person.glasses:
        _glasses(person, scene, picture, face_u, face_v, front)
    return picture


def draw_face(actor: Actor, scene: Scene, shot: Shot) -> tuple[np.ndarray, Window]:
    """Return the lit face alone, with skin beyond its outline, and where on the canvas it lies.

    Returns:
        Linear light, float32 [h, w, 3], and the window of h x w pixels.
    """
    window, lit, _, _ = _face(actor, scene, shot, *face_grid(shot.pose))
    return lit, window


def _face(
    actor: Actor, scene: Scene, shot: Shot, all_u: Grid, all_v: Grid
) -> tuple[Window, np.ndarray, Grid, Grid]:
    """Return the window of the face, the lit face in it, and (u, v) with the head's depth."""
    pose = shot.pose
    front = place_of(pose, -1.25, 1.25, -1.7, 1.7)
    u, v = turned(pose, all_u[front], all_v[front])
    place = _within(pose, front)
    colour, gloss = complexion(actor.person, shot.face, actor.textures, u, v, place)
    height = relief(actor.person, shot.face, u, v) * np.float32(pose.unit)
    return front, lit_relief(colour, gloss, height, scene), u, v


def on_canvas(pose: Pose, points: np.ndarray) -> np.ndarray:
    """Return where points of the face [N, 2] (face units) lie on the canvas [N, 2] (pixels)."""
    u, v = points[:, 0].astype(np.float64), points[:, 1].astype(np.float64)
    seen_u, seen_v = u, v
    for _ in range(8):  # the depth is that of the place where the point is seen
        depth = _DEPTH * _dome(seen_u, seen_v)
        seen_u, seen_v = u + np.tan(pose.yaw) * depth, v + np.tan(pose.pitch) * depth
    u, v = seen_u, seen_v
    c, s = np.cos(pose.roll) * pose.unit, np.sin(pose.roll) * pose.unit
    return np.stack([pose.x + c * u - s * v, pose.y + s * u + c * v], axis=1)


def face_grid(pose: Pose) -> tuple[Grid, Grid]:
    """Return the face coordinates (u, v) of every pixel of the canvas, seen without depth."""
    x, y = _COLUMNS - np.float32(pose.x), _ROWS - np.float32(pose.y)
    c, s = np.float32(np.cos(pose.roll) / pose.unit), np.float32(np.sin(pose.roll) / pose.unit)
    return c * x + s * y, c * y - s * x


def turned(pose: Pose, u: Grid, v: Grid) -> tuple[Grid, Grid]:
    """Return the places on a head turned by yaw and pitch that are seen at u, v."""
    depth = np.float32(_DEPTH) * _dome(u, v)
    return u - np.float32(np.tan(pose.yaw)) * depth, v - np.float32(np.tan(pose.pitch)) * depth


def _dome(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Return the head's rough depth: one in the middle of the face, zero at its outline."""
    return np.clip(1 - 0.92 * u * u - 0.36 * (v - 0.1) ** 2, 0, 1)


def place_of(pose: Pose, left: float, right: float, top: float, bottom: float) -> Window:
    """Return the window of the canvas that holds this rectangle of the face, whatever the depth."""
    corners = [(u, v) for u in (left, right) for v in (top, bottom)]
    c, s = np.cos(pose.roll), np.sin(pose.roll)
    x = [pose.x + pose.unit * (c * u - s * v) for u, v in corners]
    y = [pose.y + pose.unit * (s * u + c * v) for u, v in corners]
    return _clamped(min(y), max(y)), _clamped(min(x), max(x))


def _clamped(low: float, high: float) -> slice:
    begin = int(np.clip(np.floor(low), 0, CANVAS - 1))
    return slice(begin, int(np.clip(np.ceil(high) + 1, begin + 1, CANVAS)))


def _within(pose: Pose, outer: Window) -> Place:
    """Return the place seen with the head's depth, counted from the corner of `outer`."""
    room = _DEPTH * (abs(np.tan(pose.yaw)) + 0.02), _DEPTH * (abs(np.tan(pose.pitch)) + 0.02)

    def place(left: float, right: float, top: float, bottom: float) -> Window:
        window = place_of(pose, left - room[0], right + room[0], top - room[1], bottom + room[1])
        rows, columns = (
            slice(
                min(max(inner.start - whole.start, 0), whole.stop - whole.start - 1),
                max(inner.stop - whole.start, 1),
            )
            for inner, whole in zip(window, outer, strict=True)
        )
        return rows, columns

    return place


def _part(field: Grid, given: Window, window: Window) -> Grid:
    """Return the part of a field, given on the window `given`, that lies in `window`; 1 outside."""
    whole = np.ones((CANVAS, CANVAS), np.float32)
    whole[given] = field
    return whole[window]


def _body(
    person: Person,
    textures: Textures,
    scene: Scene,
    picture: np.ndarray,
    all_u: Grid,
    all_v: Grid,
    window: Window,
) -> None:
    u, v = all_u[window], all_v[window]
    beside = np.abs(u)
    blotches = on_skin(textures.blotches, u, v)
    under = smoothstep(0.75, 0.0, np.abs(v - person.chin + 0.1)) * smoothstep(1.0, 0.2, beside)
    shade = (1 + 0.04 * blotches) * (1 - 0.62 * under)
    skin = person.skin * shade[..., None]
    lit = skin * rough_light(scene, np.clip(u / 0.7, -0.95, 0.95))
    lay_over(picture, window, lit, neck_cover(u, v))
    below = below_shoulders(person, u, v)
    folds = 1 + 0.10 * np.sin(4 * u + 3 * v + person.key) + 0.05 * blotches
    seam = 1 - 0.35 * np.exp(-(((below - 0.07) / 0.012) ** 2))
    cloth = person.cloth * (folds * seam)[..., None]
    lay_over(
        picture,
        window,
        cloth * rough_light(scene, np.clip(u / 2.2, -0.9, 0.9)),
        cloth_cover(below),
    )


def _ear(
    person: Person,
    scene: Scene,
    pose: Pose,
    picture: np.ndarray,
    all_u: Grid,
    all_v: Grid,
    side: float,
) -> None:
    at = ear_at(person, pose, side)
    window = place_of(pose, at[0] - 0.3, at[0] + 0.3, -0.35, 0.6)
    u, v = all_u[window], all_v[window]
    inner = bump(u, v, (at[0] + 0.03 * side, at[1] - 0.03), 0.045, 0.12)
    red = person.skin * np.array([1.03, 0.86, 0.84], np.float32)
    lit = red * (0.80 - 0.36 * inner)[..., None]
    lit = lit * rough_light(scene, np.full_like(u, 0.55 * side))
    lay_over(picture, window, lit, ear_cover(person, at, u, v, side))


def _glasses(
    person: Person, scene: Scene, picture: np.ndarray, u: Grid, v: Grid, window: Window
) -> None:
    thick = person.glasses
    beside = np.abs(u)
    x = (beside - np.float32(person.eye[0] + 0.03)) / np.float32(0.33)
    y = (v - np.float32(0.03)) / np.float32(0.25)
    radius = np.cbrt(np.abs(x) ** 3 + np.abs(y) ** 3)
    frame = smoothstep(thick, thick * 0.5, np.abs(radius - 1) * np.float32(0.28))
    arm = smoothstep(thick, thick * 0.5, np.abs(v + np.float32(0.05)))
    frame = np.maximum(frame, arm * smoothstep(0.74, 0.76, beside))
    bridge = smoothstep(thick, thick * 0.5, np.abs(v + np.float32(0.02) - 0.25 * u * u))
    frame = np.maximum(frame, bridge * smoothstep(0.13, 0.10, beside))
    frame *= smoothstep(1.02, 0.98, beside)
    dark = np.array([0.03, 0.025, 0.025], np.float32) * (scene.key + scene.ambient)
    lay_over(picture, window, dark + np.float32(0.004), frame, 0.93)
