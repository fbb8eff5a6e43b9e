from pathlib import Path

import pytest

from data_prep.synthetic.drawing.clip import Clip, make_clip
from data_prep.synthetic.releases.render_once import render_once
from tests.data_prep.synthetic.tiny import FRAMES, SEED, WORLD


@pytest.fixture(scope="session")
def clips() -> tuple[Clip, Clip]:
    """The first two people of the world."""
    return make_clip(SEED, 0, FRAMES), make_clip(SEED, 1, FRAMES)


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The world's videos, raw and at c23; to be read only."""
    root = tmp_path_factory.mktemp("world") / "tree"
    render_once(WORLD, root, ("raw", "c23"))
    return root
