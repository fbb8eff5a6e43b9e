from dataclasses import asdict, fields

import numpy as np
import pytest

from data_prep.synthetic.drawing.textures import SIZE, Textures, make_textures, on_skin


@pytest.fixture(scope="module")
def textures() -> Textures:
    return make_textures(3, 0)


@pytest.mark.parametrize("name", [field.name for field in fields(Textures)])
def test_a_texture(textures, name):
    texture = getattr(textures, name)
    assert (texture.shape, texture.dtype) == ((SIZE, SIZE), np.float32)
    # It repeats: the step over the seam is no larger than steps inside.
    for axis in (0, 1):
        steps = np.abs(np.diff(texture, axis=axis))
        seam = np.abs(np.take(texture, 0, axis) - np.take(texture, -1, axis))
        assert seam.mean() < 2 * steps.mean() + 1e-3
    if name != "spots":
        assert texture.std() == pytest.approx(1, abs=1e-3)
        assert abs(texture.mean()) < 0.3


def test_spots_are_few_and_dark_nothing(textures):
    assert textures.spots.min() == 0
    assert 0 < (textures.spots > 0).mean() < 0.1


def test_the_same_person_has_the_same_skin(textures):
    again, other = make_textures(3, 0), make_textures(3, 1)
    for name, texture in asdict(textures).items():
        np.testing.assert_array_equal(texture, getattr(again, name))
        assert (texture != getattr(other, name)).any()


def test_a_place_on_the_skin(textures):
    # (0, 0) lies in the middle of the texture, 80 pixels are one face unit.
    u, v = np.array([[0.0, 0.25]], np.float32), np.array([[0.0, -0.5]], np.float32)
    found = on_skin(textures.pores, u, v)
    assert found.tolist() == [[textures.pores[128, 128], textures.pores[88, 148]]]
