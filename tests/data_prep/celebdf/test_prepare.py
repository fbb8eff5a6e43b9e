import numpy as np
import pytest

from data_prep.celebdf import open_celebdf
from data_prep.celebdf.__main__ import Config, main
from data_prep.celebdf.testing_list import LIST_FILE
from data_prep.checks.complete import PreparationError
from data_prep.prepared.card import read_card
from data_prep.videos import VideoOptions, prepare_videos
from tests.data_prep.encoded import decoded
from tests.data_prep.records_of import records
from tests.data_prep.videos.pixels import SIDE, frames_of
from tests.data_prep.videos.trees import write_videos

REAL = ["Celeb-real/id0_0000", "Celeb-real/id1_0000", "Celeb-real/idé_0000", "YouTube-real/00170"]
FAKE = ["Celeb-synthesis/id0_id1_0000", "Celeb-synthesis/id1_id0_0000",
        "Celeb-synthesis/idé_id9_0000"]  # fmt: skip
TEST = ["YouTube-real/00170", "Celeb-synthesis/idé_id9_0000", "Celeb-real/idé_0000"]
OPTIONS = VideoOptions(frames=4, size=SIDE)


@pytest.fixture
def tree(tmp_path):
    """Two clips outside the test, a clip and a stranger in it; one video of one frame."""
    frames = {"YouTube-real/00170": 1}
    root = write_videos(tmp_path / "Celeb-DF-v2", REAL + FAKE, boxes_of=REAL, frames=frames)
    lines = [f"{int('real' in name)} {name}.mp4\n" for name in TEST]
    (root / LIST_FILE).write_text("".join(lines), encoding="utf-8")
    return root


def test_records_and_card(tree, tmp_path):
    version = prepare_videos(open_celebdf(tree), tmp_path / "out", options=OPTIONS)
    assert version.relative_to(tmp_path).as_posix().startswith(f"out/celeb_df/Celeb-DF-v2-{SIDE}-")
    assert (version / "celeb_df-test.array_record-00000-of-00001").is_file()
    test = records(version, "test")
    by_key = {record["key"].decode(): record for record in test}
    assert sorted(by_key) == [
        *(f"Celeb-real/idé_0000/000{frame}" for frame in range(4)),
        *(f"Celeb-synthesis/idé_id9_0000/000{frame}" for frame in range(4)),
        "YouTube-real/00170/0000",
    ]
    forged = by_key["Celeb-synthesis/idé_id9_0000/0002"]
    assert (forged["label"], forged["method"], forged["has_mask"]) == (1, 1, False)
    assert forged["group"].decode() == "idé_0000"
    assert forged["video"].decode() == "Celeb-synthesis/idé_id9_0000"
    assert forged["compression"] == b""
    # Without boxes of its own, by those of its target: centre (18, 18), side 26.
    picture = frames_of("Celeb-synthesis/idé_id9_0000")[2]
    image = decoded(forged["image"])
    np.testing.assert_array_equal(image, picture[5:31, 5:31])
    card = read_card(version)
    assert card.methods == ("real", "Celeb-synthesis")
    assert card.pictures["test"] == {"real": 5, "fake": 4}
    assert sum(card.pictures[split]["real"] for split in ("train", "validation")) == 8
    assert card.skipped == ()


def share_an_identity(tree):
    """The original leaves the test: its forgery's target is then seen in train or validation."""
    lines = (tree / LIST_FILE).read_text().splitlines()
    (tree / LIST_FILE).write_text("\n".join(lines[:2]))


def test_shared_identities_warn_or_fail(tree, tmp_path, capsys):
    share_an_identity(tree)
    assert main(Config(tree, tmp_path / "out", video=OPTIONS)) == 0
    out = capsys.readouterr().out
    assert "WARNING: 1 identities of the official test (idé), seen in 1 of its 2 videos" in out
    assert "WARNING: 1 group with 8 pictures stands in more than one split (idé_0000 in" in out
    strict = VideoOptions(frames=4, size=SIDE, strict=True)
    # Also where the set is there already.
    with pytest.raises(PreparationError, match=r"1 groups of .*\n  idé_0000 in .* and test"):
        prepare_videos(open_celebdf(tree), tmp_path / "out", options=strict)


def test_identities_alone_fail_where_asked(tree, tmp_path):
    (tree / LIST_FILE).write_text("1 YouTube-real/00170.mp4\n0 Celeb-synthesis/id0_id1_0000.mp4\n")
    (tree / "Celeb-real/id0_0000.mp4").rename(tree / "Celeb-real/id0_0001.mp4")
    strict = VideoOptions(frames=4, size=SIDE, strict=True)
    with pytest.raises(PreparationError, match=r"2 identities of the official test \(id0, id1\)"):
        prepare_videos(open_celebdf(tree), tmp_path / "out", options=strict)


def test_the_command_says_what_is_wrong(tree, tmp_path, capsys):
    (tree / LIST_FILE).unlink()
    assert main(Config(tree, tmp_path / "out")) == 2
    assert "has no List_of_testing_videos.txt" in capsys.readouterr().err
