from dataclasses import replace

import numpy as np
import pytest

from data_prep.synthetic.drawing.matte import cut_out
from data_prep.synthetic.drawing.render import draw, on_canvas


@pytest.fixture(scope="module")
def cut(clips):
    clip = clips[0]
    return clip, cut_out(clip.actor, clip.scene, clip.shots[0])


def at(pose, u, v):
    x, y = on_canvas(pose, np.array([(u, v)]))[0].round().astype(int)
    return y, x


def test_in_front_of_their_background_they_are_as_drawn(cut):
    clip, found = cut
    again = found.light + (1 - found.alpha)[..., None] * clip.scene.background
    drawn = draw(clip.actor, clip.scene, clip.shots[0])
    # Above the shoulders, where nothing was cut off beside the arms.
    rows = slice(0, at(clip.shots[0].pose, 0, 1.0)[0])
    np.testing.assert_allclose(again[rows], drawn[rows], atol=2e-5)


def test_the_face_hides_and_the_corners_do_not(cut):
    clip, found = cut
    pose = clip.shots[0].pose
    assert (found.alpha.shape, found.alpha.dtype) == ((192, 192), np.float32)
    assert 0 <= found.alpha.min() < found.alpha.max() <= 1
    for place in ((0, 0.2), (0.4, 0.6), (0, 1.9)):
        assert found.alpha[at(pose, *place)] > 0.999
    assert found.alpha[:3].max() < 1e-6
    assert not found.light[found.alpha == 0].any()


def test_arms_end_also_where_the_canvas_goes_on(clips):
    clip = clips[0]
    pose = replace(clip.shots[0].pose, x=96.0, y=70.0, unit=30.0, roll=0.0)
    found = cut_out(clip.actor, clip.scene, replace(clip.shots[0], pose=pose))
    # u = 2.1 to either side lies 63 pixels from the middle.
    assert not found.alpha[:, : 96 - 63].any()
    assert not found.alpha[:, 96 + 63 :].any()
    assert found.alpha[-1, 96 - 45 : 96 + 45].min() > 0.99
