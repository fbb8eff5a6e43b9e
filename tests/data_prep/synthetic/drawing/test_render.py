from dataclasses import replace

import numpy as np
import pytest

from data_prep.synthetic.drawing.clip import make_actor
from data_prep.synthetic.drawing.face import Expression
from data_prep.synthetic.drawing.render import draw, draw_face, on_canvas
from data_prep.synthetic.drawing.scene import CANVAS, Pose, Shot, make_scene

FACE = Expression(smile=0.0, mouth_open=0.0, brow=0.0, lids=1.0, gaze=(0.0, 0.0))
POSES = [
    Pose(x=96.0, y=88.0, unit=48.0, roll=0.0, yaw=0.0, pitch=0.0),
    Pose(x=92.0, y=86.0, unit=46.0, roll=0.12, yaw=0.17, pitch=-0.08),
    Pose(x=99.0, y=90.0, unit=50.0, roll=-0.15, yaw=-0.17, pitch=0.08),
]
PEOPLE = [number for number in range(8) if not make_actor(3, number).person.glasses]


def brightness(picture: np.ndarray, pose: Pose, u: float, v: float) -> float:
    """Of the place (u, v) of the face, bilinear."""
    x, y = on_canvas(pose, np.array([(u, v)]))[0]
    left, top = int(x), int(y)
    patch = picture[top : top + 2, left : left + 2].mean(axis=-1)
    across = patch[:, 0] + (x - left) * (patch[:, 1] - patch[:, 0])
    return float(across[0] + (y - top) * (across[1] - across[0]))


def test_places_of_a_straight_face():
    points = np.array([(0, 0), (1, 0), (0, 1), (-0.5, 0.5)])
    wanted = [[96, 88], [144, 88], [96, 136], [72, 112]]
    assert on_canvas(POSES[0], points).tolist() == wanted


def test_a_rolled_head():
    pose = replace(POSES[0], roll=np.pi / 2)
    points = on_canvas(pose, np.array([(1.0, 0.0), (0.0, 1.0)]))
    assert points.tolist() == [pytest.approx((96, 136)), pytest.approx((48, 88))]


def test_a_turned_head_moves_its_middle_and_not_its_outline():
    pose = replace(POSES[0], yaw=0.3)
    nose, outline = on_canvas(pose, np.array([(0.0, 0.1), (1.05, 0.1)]))
    # Seen at u = tan(yaw) * 0.62 * (1 - 0.92 u^2): the depth is that of the place where it is seen.
    seen = (nose[0] - 96) / 48
    assert seen == pytest.approx(np.tan(0.3) * 0.62 * (1 - 0.92 * seen**2), abs=1e-4)
    assert seen > 0.15
    assert outline[0] == pytest.approx(96 + 48 * 1.05)


@pytest.mark.parametrize("pose", POSES)
@pytest.mark.parametrize("number", PEOPLE[:4])
def test_landmarks_lie_on_what_is_drawn(number, pose):
    actor, scene = make_actor(3, number), make_scene(3, number)
    picture = draw(actor, scene, Shot(pose, FACE, 0))
    x, _, opening, _ = actor.person.eye
    at = 0.01 - 0.1 * opening
    for side in (-1, 1):
        # The darkest of three places: the grid of pixels lies anywhere on the pupil.
        pupil = min(brightness(picture, pose, side * x + by, at) for by in (-0.02, 0, 0.02))
        whites = [brightness(picture, pose, side * x + white, at) for white in (-0.135, 0.135)]
        assert pupil < 0.5 * np.mean(whites)
    mouth = actor.person.mouth[0]
    shut, opened = (
        brightness(draw(actor, scene, Shot(pose, face, 0)), pose, 0.0, mouth + 0.05)
        for face in (replace(FACE, mouth_open=0.05), replace(FACE, mouth_open=1.0))
    )
    assert opened < 0.6 * shut


def test_the_face_alone_is_the_face_of_the_picture():
    number = next(n for n in PEOPLE if not make_actor(3, n).person.hair_length)
    actor, scene, shot = make_actor(3, number), make_scene(3, number), Shot(POSES[1], FACE, 0)
    picture = draw(actor, scene, shot)
    lit, window = draw_face(actor, scene, shot)
    alone = np.zeros_like(picture)
    alone[window] = lit
    for u, v in ((0.0, 0.5), (-0.43, 0.0), (0.3, 0.9), (0.0, 1.1)):
        assert brightness(alone, shot.pose, u, v) == pytest.approx(
            brightness(picture, shot.pose, u, v), rel=1e-4
        )
    # Its skin goes on where the picture shows the background.
    assert (lit > 0).all()


@pytest.mark.parametrize("number", range(3))
def test_a_picture(number):
    actor, scene = make_actor(3, number), make_scene(3, number)
    before = scene.background.copy()
    picture = draw(actor, scene, Shot(POSES[0], FACE, 0))
    assert (picture.shape, picture.dtype) == ((CANVAS, CANVAS, 3), np.float32)
    assert np.isfinite(picture).all()
    assert picture.min() >= 0
    np.testing.assert_array_equal(scene.background, before)
    # The corners above are background.
    np.testing.assert_array_equal(picture[:4, :4], before[:4, :4])


def test_a_head_at_the_edge_can_be_drawn():
    actor, scene = make_actor(3, 0), make_scene(3, 0)
    for x, y in ((2.0, 90.0), (190.0, 180.0), (96.0, 3.0)):
        pose = replace(POSES[1], x=x, y=y)
        assert np.isfinite(draw(actor, scene, Shot(pose, FACE, 0))).all()
