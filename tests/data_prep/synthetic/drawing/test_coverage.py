from dataclasses import replace

import numpy as np
import pytest

from data_prep.synthetic.drawing.clip import make_actor
from data_prep.synthetic.drawing.coverage import cover
from data_prep.synthetic.drawing.face import Expression
from data_prep.synthetic.drawing.render import Actor, draw, on_canvas
from data_prep.synthetic.drawing.scene import Pose, Shot, make_scene

CALM = Expression(smile=0.0, mouth_open=0.0, brow=0.0, lids=1.0, gaze=(0.0, 0.0))
POSES = [
    Pose(x=96.0, y=88.0, unit=48.0, roll=0.0, yaw=0.0, pitch=0.0),
    Pose(x=92.0, y=86.0, unit=46.0, roll=0.12, yaw=0.17, pitch=-0.08),
]


def long_haired(length: float) -> Actor:
    actor = make_actor(3, 0)
    return replace(actor, person=replace(actor.person, hair_length=length, glasses=0.0, ear=1.1))


def at(field: np.ndarray, pose: Pose, u: float, v: float) -> float:
    x, y = np.round(on_canvas(pose, np.array([(u, v)]))[0]).astype(int)
    return float(field[y, x])


@pytest.mark.parametrize("pose", POSES)
@pytest.mark.parametrize("length", [0.0, 1.6])
def test_what_is_where(pose, length):
    layers = cover(long_haired(length), pose)
    for field in (layers.face, layers.hair):
        assert field.min() == 0
        assert field.max() == pytest.approx(1, abs=1e-6)
    assert (layers.face + layers.hair).max() < 1.001
    for place in ((0.0, 0.3), (0.43, 0.0), (0.0, 0.9), (0.5, 0.6)):
        assert at(layers.face, pose, *place) > 0.99
        assert at(layers.hair, pose, *place) < 0.01
    assert at(layers.hair, pose, 0.0, -1.25) > 0.99  # above the hairline
    throat, shoulder = (0.0, 1.65), (0.6, 2.05)
    for place in (throat, shoulder):
        assert at(layers.face, pose, *place) == at(layers.hair, pose, *place) == 0
    beside_the_jaw = at(layers.hair, pose, 1.02, 0.8)
    assert beside_the_jaw > 0.9 if length else beside_the_jaw == 0


@pytest.mark.parametrize("pose", POSES)
@pytest.mark.parametrize("length", [0.0, 1.6])
def test_hair_of_another_colour_changes_what_it_covers_and_nothing_else(pose, length):
    """The layers are those that are drawn."""
    actor, scene, shot = long_haired(length), make_scene(3, 0), Shot(pose, CALM, 0)
    # Full hair, so that ears lie before it.
    full = replace(actor.person, beard=0.0, moustache=0.0, hair_volume=(0.2, 0.3))
    actor = replace(actor, person=full)
    other = replace(actor, person=replace(actor.person, hair=actor.person.hair + np.float32(0.3)))
    change = np.abs(draw(other, scene, shot) - draw(actor, scene, shot)).max(axis=2)
    hair = cover(actor, pose).hair
    assert (change[hair == 0] < 1e-5).all()
    assert (change[hair > 0.5] > 1e-3).all()
