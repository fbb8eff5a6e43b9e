"""A clip: one person filmed in one scene, before any encoder."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from data_prep.synthetic.drawing.camera import film
from data_prep.synthetic.drawing.person import make_person
from data_prep.synthetic.drawing.region import face_region
from data_prep.synthetic.drawing.render import Actor, draw, draw_face
from data_prep.synthetic.drawing.scene import CANVAS, Scene, Shot, make_scene, make_shots
from data_prep.synthetic.drawing.textures import make_textures


@dataclass(frozen=True)
class Clip:
    """A filmed person.

    Attributes:
        actor: who is seen.
        scene: where, and through which camera.
        shots: pose and expression of every frame.
        frames: what the camera recorded: float32 [192, 192, 3] in [0, 255], one a shot.
    """

    actor: Actor
    scene: Scene
    shots: tuple[Shot, ...]
    frames: tuple[np.ndarray, ...]


def make_actor(seed: int, number: int) -> Actor:
    """Return person `number` of the world `seed`, ready to be drawn."""
    return Actor(make_person(seed, number), make_textures(seed, number))


def make_clip(seed: int, number: int, frames: int) -> Clip:
    """Return person `number` of the world `seed` in a scene of their own, `frames` frames long."""
    clip = staged(seed, number, frames)
    return replace(clip, frames=tuple(record(clip.actor, clip.scene, shot) for shot in clip.shots))


def staged(seed: int, number: int, frames: int) -> Clip:
    """Return a clip before it is filmed: without frames."""
    actor, scene = make_actor(seed, number), make_scene(seed, number)
    return Clip(actor, scene, tuple(make_shots(seed, number, frames)), ())


def record(actor: Actor, scene: Scene, shot: Shot) -> np.ndarray:
    """Return one frame as the camera records it, float32 [192, 192, 3] in [0, 255].

    Cameras resample too: they soften faces, blur what is behind them, or scale the whole picture.
    So a softened region alone does not give a forgery away; see `Scene.softened`.
    """
    picture = film(draw(actor, scene, shot), scene, shot.number)
    where, factor = scene.softened
    if where == "nothing":
        return picture
    soft = resampled(picture, factor)
    if where == "everything":
        return soft
    face = face_region(shot.pose)[..., None]
    alpha = face if where == "face" else 1 - face
    return picture + alpha * (soft - picture)


def record_face(actor: Actor, scene: Scene, shot: Shot) -> np.ndarray:
    """Return the face alone as the camera records it; float32 [192, 192, 3], 0 round the face."""
    lit, window = draw_face(actor, scene, shot)
    picture = np.zeros((CANVAS, CANVAS, 3), np.float32)
    picture[window] = film(lit, scene, shot.number, window)
    where, factor = scene.softened
    return resampled(picture, factor) if where in ("face", "everything") else picture


def resampled(picture: np.ndarray, factor: float) -> np.ndarray:
    """Return the picture made `factor` times smaller by area, and larger again bilinearly."""
    height, width = picture.shape[:2]
    small = (max(1, round(width / factor)), max(1, round(height / factor)))
    return cv2.resize(
        cv2.resize(picture, small, interpolation=cv2.INTER_AREA),
        (width, height),
        interpolation=cv2.INTER_LINEAR,
    )
