"""The generators are frozen: their frames are those that results were reported on.

Where this fails and the change is wanted: raise `VERSION` in `data_prep.synthetic.world` or
`data_prep.synthetic.group_world`, and run `python -m tests.data_prep.synthetic.golden_frames`.
"""

import numpy as np
import pytest

from data_prep.synthetic import group_world, world
from data_prep.synthetic.group_picture import BLENDED, make_group_picture
from tests.data_prep.synthetic import golden, golden_frames

DRAWN = {
    "FRAMES": golden_frames.golden_frames,
    "GROUPS": golden_frames.golden_groups,
    "CELEBRITIES": golden_frames.golden_celebrities,
}
EVERY = [(kind, name) for kind in DRAWN for name in getattr(golden, kind)]


@pytest.fixture(scope="module")
def drawn():
    return {kind: draw() for kind, draw in DRAWN.items()}


def test_the_versions():
    assert (golden.VERSION, golden.GROUP_VERSION) == (world.VERSION, group_world.VERSION)


@pytest.mark.parametrize("kind", DRAWN)
def test_the_names(drawn, kind):
    assert list(drawn[kind]) == list(getattr(golden, kind))


@pytest.mark.parametrize(("kind", "name"), EVERY)
def test_a_frame(drawn, kind, name):
    # Processors round the last bits differently: two levels.
    np.testing.assert_allclose(drawn[kind][name], getattr(golden, kind)[name], atol=2)


def test_the_grid_sees_every_forgery():
    original = np.array(golden.FRAMES["original"])
    for name, grid in golden.FRAMES.items():
        change = np.abs(np.array(grid) - original).max()
        assert change > 4 or name == "original", name
    real, forged, other = (np.array(grid) for grid in golden.CELEBRITIES.values())
    assert np.abs(real - forged).max() > 4
    assert np.abs(real - other).max() > 4


def test_the_grid_sees_every_forgery_of_a_group():
    seen = set()
    for number in golden_frames.GROUPS:
        group = make_group_picture(0, number)
        for place, face in enumerate(group.faces):
            grid = np.array(golden.GROUPS[f"{number} {place} {face.method or 'real'}"])
            change = np.abs(grid - golden_frames.grid_of(group.original, face.box)).max()
            assert (change > 4) == (face.method is not None)
            seen.add(face.method)
        whole, corrupted = (golden.GROUPS[f"{number}{kind}"] for kind in ("", " challenge"))
        assert np.abs(np.subtract(whole, corrupted)).max() > 4
    assert seen == {None, *BLENDED}
