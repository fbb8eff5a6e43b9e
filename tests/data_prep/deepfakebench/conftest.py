from pathlib import Path

import pytest

from tests.data_prep.deepfakebench.crops import write_faceforensics


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A source of a FaceForensics++ tree at two levels."""
    write_faceforensics(tmp_path / "rgb", levels=("c23", "c40"))
    return tmp_path / "rgb"
