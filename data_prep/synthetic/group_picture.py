"""A group picture: two to four people before one camera, about half of them forged."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from data_prep.faces.regions import Regions
from data_prep.synthetic.drawing.camera import developed, make_grain
from data_prep.synthetic.drawing.clip import Clip, make_actor, resampled
from data_prep.synthetic.drawing.coverage import cover
from data_prep.synthetic.drawing.draws import Draws
from data_prep.synthetic.drawing.features import features_on_canvas
from data_prep.synthetic.drawing.matte import cut_out
from data_prep.synthetic.drawing.region import INNER_FACE, face_box, face_region, filled
from data_prep.synthetic.drawing.render import Actor
from data_prep.synthetic.drawing.scene import CANVAS, Scene, Shot, make_scene, make_shots
from data_prep.synthetic.drawing.shapes import Grid, Window
from data_prep.synthetic.face_parts import SWAPPED, scaled, seen_regions, swapped_features
from data_prep.synthetic.forgeries import forge
from data_prep.synthetic.group_world import first_person

BLENDED = ("SelfBlend", "Swap", "GanUpsampling", "LowResolutionWarp")
"""The forgeries that blend a face into the picture."""

_MARGIN = 64  # canvases reach beyond the picture; cut off at the end
_SWAPPED_IN = 5  # of the numbers set aside for a picture, the first of those not in it


@dataclass(frozen=True)
class Standing:
    """A person in the group.

    Attributes:
        actor: who.
        shot: pose on a canvas of their own, and expression.
        left, top: the corner of this canvas in the picture with its margins, pixels.
        method: how the face is forged; None for a real one.
    """

    actor: Actor
    shot: Shot
    left: int
    top: int
    method: str | None

    @property
    def window(self) -> Window:
        """Rows and columns of the canvas in the picture with its margins."""
        rows = slice(self.top, self.top + CANVAS)
        return rows, slice(self.left, self.left + CANVAS)


@dataclass(frozen=True)
class GroupFace:
    """A face in the finished picture.

    Attributes:
        method: how it is forged; None for a real face.
        box: x, y, width, height in pixels, by the pose alone.
        region: what the forgery touched, of a real face the inner face; as far as nobody stands
            before it; bool [H, W].
    """

    method: str | None
    box: tuple[float, float, float, float]
    region: np.ndarray


@dataclass(frozen=True)
class GroupPicture:
    """A picture as the camera and the forger leave it, before any encoder.

    Attributes:
        original: before the forging; float32 [H, W, 3] in [0, 255].
        forged: after it.
        faces: from the left to the right.
        parts: of each face the regions that are seen of it, in the picture's pixels.
    """

    original: np.ndarray
    forged: np.ndarray
    faces: tuple[GroupFace, ...]
    parts: tuple[Regions, ...]


def make_group_picture(seed: int, number: int) -> GroupPicture:
    """Return group picture `number` of the world `seed`."""
    draw = Draws(seed, "group", number)
    people = int(draw.uniform(2, 5))
    gap = draw.uniform(88, 106)
    width = 2 * round((people * gap + draw.uniform(12, 60)) / 2)
    height = 2 * round(draw.uniform(218, 250) / 2)
    scene = make_scene(seed, first_person(number))
    standing = _stand(draw, seed, number, people, gap, (width, height))
    original, seen = _photograph(draw, scene, standing, (width, height))
    forged = original.copy()
    inside = slice(0, height), slice(_MARGIN, _MARGIN + width)
    faces, parts = [], []
    for place, (person, visible) in enumerate(zip(standing, seen, strict=True)):
        region = np.zeros(original.shape[:2], bool)
        region[person.window] = _forge(seed, number, place, person, scene, forged, visible)
        x, y, box_width, box_height = face_box(person.shot.pose)
        box = x + person.left - _MARGIN, y + person.top, box_width, box_height
        faces.append(GroupFace(person.method, box, region[inside]))
        parts.append(_parts(seed, number, place, person, visible))
    return GroupPicture(original[inside], forged[inside], tuple(faces), tuple(parts))


def _stand(
    draw: Draws, seed: int, number: int, people: int, gap: float, size: tuple[int, int]
) -> list[Standing]:
    """Place people side by side; who of them is forged depends on nothing but chance."""
    width, height = size
    methods = _methods(draw, people)
    standing = []
    for place in range(people):
        person = first_person(number) + place
        unit = draw.uniform(33, 43)
        x = width / 2 + (place - (people - 1) / 2) * gap + draw.uniform(-7, 7)
        down = draw.uniform(0, 30)
        (shot,) = make_shots(seed, person, 1)
        pose = replace(shot.pose, x=float(CANVAS / 2), y=1.93 * unit + 3, unit=unit)
        standing.append(
            Standing(
                actor=make_actor(seed, person),
                shot=replace(shot, pose=pose),
                left=round(x) - CANVAS // 2 + _MARGIN,
                top=height - CANVAS + round(down),
                method=methods[place],
            )
        )
    return standing


def _methods(draw: Draws, people: int) -> list[str | None]:
    """Return a forgery for half of the people (of three, for one or two), in any order."""
    forged = people // 2 + (people % 2 and draw.chance(0.5))
    order = np.argsort(draw.vector(0, 1, people), kind="stable")
    chosen = [draw.choose(BLENDED) for _ in range(people)]
    return [chosen[place] if order[place] < forged else None for place in range(people)]


def _photograph(
    draw: Draws, scene: Scene, standing: list[Standing], size: tuple[int, int]
) -> tuple[np.ndarray, list[Grid]]:
    """Draw, film and soften the group; return it and what is visible of each person's canvas."""
    width, height = size[0] + 2 * _MARGIN, size[1] + _MARGIN
    linear = cv2.resize(scene.background, (width, height), interpolation=cv2.INTER_CUBIC)
    linear = np.maximum(linear, np.float32(0.005))
    hidden = np.zeros((height, width), np.float32)
    nearest_first = sorted(standing, key=lambda person: -person.shot.pose.unit)
    cutouts = {id(person): cut_out(person.actor, scene, person.shot) for person in standing}
    visible = {}
    for person in nearest_first:
        visible[id(person)] = 1 - hidden[person.window]
        before = hidden[person.window]
        before += (1 - before) * cutouts[id(person)].alpha
    for person in reversed(nearest_first):
        cutout, part = cutouts[id(person)], linear[person.window]
        part *= (1 - cutout.alpha)[..., None]
        part += cutout.light
    levels = developed(linear, scene) + np.float32(scene.grain) * make_grain(draw, height, width)
    picture = _softened(np.clip(levels, 0, 255), scene, standing)
    return picture, [visible[id(person)] for person in standing]


def _softened(picture: np.ndarray, scene: Scene, standing: list[Standing]) -> np.ndarray:
    """Return what the camera itself resamples, as it does in clips (`drawing.clip`)."""
    where, factor = scene.softened
    if where == "nothing":
        return picture
    soft = resampled(picture, factor)
    if where == "everything":
        return soft
    faces = np.zeros(picture.shape[:2], np.float32)
    for person in standing:
        part = faces[person.window]
        np.maximum(part, face_region(person.shot.pose), out=part)
    alpha = (faces if where == "face" else 1 - faces)[..., None]
    return picture + alpha * (soft - picture)


def _forge(
    seed: int,
    number: int,
    place: int,
    person: Standing,
    scene: Scene,
    picture: np.ndarray,
    visible: Grid,
) -> np.ndarray:
    """Forge a face in the picture, in place; return its visible region, bool [192, 192]."""
    if person.method is None:
        return (filled(person.shot.pose, INNER_FACE) > 0.5) & (visible > 0.5)
    own = replace(scene, number=first_person(number) + place)
    canvas = picture[person.window]
    target = Clip(person.actor, own, (person.shot,), (canvas.copy(),))
    source = Clip(_swapped_in(seed, number, place), own, (person.shot,), ())
    forgery = forge(person.method, target, source, seed)
    canvas += visible[..., None] * (forgery.frames[0] - canvas)
    return forgery.regions[0] & (visible > 0)


def _swapped_in(seed: int, number: int, place: int) -> Actor:
    """Return the person whose face is swapped in at `place`, where one is."""
    return make_actor(seed, first_person(number) + _SWAPPED_IN + place)


def _parts(seed: int, number: int, place: int, person: Standing, visible: Grid) -> Regions:
    """Return the regions of a face in the finished picture, in its pixels."""
    shot = person.shot
    if person.method in SWAPPED:
        features = swapped_features(person.actor, _swapped_in(seed, number, place), shot)
    else:
        features = features_on_canvas(person.actor.person, shot.face, shot.pose)
    seen = seen_regions(cover(person.actor, shot.pose), features, visible)
    return scaled(seen, 1.0, (person.left - _MARGIN, person.top))
