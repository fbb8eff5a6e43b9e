"""The generator is frozen: its frames are those that results were reported on.

Where this fails and the change is wanted: raise `VERSION` in `data_prep.synthetic.world`, and run
`python -m tests.data_prep.synthetic.golden_frames`.
"""

import numpy as np
import pytest

from data_prep.synthetic.world import VERSION
from tests.data_prep.synthetic import golden
from tests.data_prep.synthetic.golden_frames import golden_frames


@pytest.fixture(scope="module")
def drawn():
    return golden_frames()


def test_the_version():
    assert golden.VERSION == VERSION


@pytest.mark.parametrize("name", golden.FRAMES)
def test_a_frame(drawn, name):
    # Processors round the last bits differently: two levels.
    np.testing.assert_allclose(drawn[name], golden.FRAMES[name], atol=2)


def test_the_grid_sees_every_forgery(drawn):
    assert list(drawn) == list(golden.FRAMES)
    original = np.array(golden.FRAMES["original"])
    for name, grid in golden.FRAMES.items():
        change = np.abs(np.array(grid) - original).max()
        assert change > 4 or name == "original", name
