import itertools

import numpy as np
import pytest

from data_prep.synthetic.drawing.scene import CANVAS, make_scene, make_shots


@pytest.mark.parametrize("number", range(4))
def test_a_scene(number):
    scene = make_scene(3, number)
    assert (scene.background.shape, scene.background.dtype) == ((CANVAS, CANVAS, 3), np.float32)
    assert (scene.background >= 0).all()
    assert np.linalg.norm(scene.light) == pytest.approx(1, abs=1e-5)
    assert scene.light[2] > 0  # towards the camera
    assert (scene.key > 0).all()
    assert (scene.ambient > 0).all()
    assert (scene.seed, scene.number) == (3, number)


def test_seed_and_number_decide_the_scene():
    one, again, other, elsewhere = (make_scene(*of) for of in ((3, 0), (3, 0), (3, 1), (4, 0)))
    np.testing.assert_array_equal(one.background, again.background)
    assert (one.exposure, one.grain, one.softened) == (again.exposure, again.grain, again.softened)
    assert one.exposure not in (other.exposure, elsewhere.exposure)
    assert (one.background != other.background).any()


def test_every_kind_of_softening_occurs():
    found = {make_scene(3, number).softened[0] for number in range(24)}
    assert found == {"nothing", "face", "outside", "everything"}


def test_a_longer_clip_begins_like_a_shorter_one():
    assert make_shots(3, 0, 5)[:2] == make_shots(3, 0, 2)
    assert make_shots(3, 0, 2) != make_shots(3, 1, 2)


def test_shots_move_a_little_and_stay_in_range():
    for number in range(12):
        shots = make_shots(3, number, 20)
        assert [shot.number for shot in shots] == list(range(20))
        for before, after in itertools.pairwise(shots):
            assert before.pose != after.pose
            assert np.hypot(after.pose.x - before.pose.x, after.pose.y - before.pose.y) < 4
            assert after.pose.unit == pytest.approx(before.pose.unit, rel=0.03)
        for shot in shots:
            face = shot.face
            assert -0.3 <= face.smile <= 1
            assert 0 <= face.mouth_open <= 1
            assert -1 <= face.brow <= 1
            assert 0 <= face.lids <= 1
            # The face lies on the canvas.
            assert 1.0 * shot.pose.unit < shot.pose.x < CANVAS - 1.0 * shot.pose.unit
            assert 1.0 * shot.pose.unit < shot.pose.y < CANVAS - 1.3 * shot.pose.unit
