import os
from pathlib import Path

import pytest

from data_prep.folder import prepare_folder
from data_prep.prepared.card import read_card
from jaxticket.data import load_examples, open_prepared

BESIDE = Path(__file__).parents[3] / "shared"
FACES = Path(os.environ.get("JAXTICKET_SHARED", BESIDE)) / "faces"


@pytest.mark.skipif(
    not FACES.is_dir(),
    reason="no folder faces in JAXTICKET_SHARED or in the folder shared beside the checkout",
)
def test_real_photographs(tmp_path):
    version = prepare_folder(FACES, tmp_path)
    card = read_card(version)
    assert card.pictures == {
        "train": {"real": 782, "fake": 772},
        "validation": {"real": 109, "fake": 114},
        "test": {"real": 209, "fake": 214},
    }
    assert card.skipped == card.warnings == ()
    assert card.conversions == {}
    assert card.ignored == {".md file": 1}
    examples = load_examples(open_prepared(version), "test", 32)
    assert int(examples.labels.sum()) == 214
    assert 60 < examples.images(range(len(examples))).mean() < 180
