import numpy as np
import pytest

from data_prep.faces.boxes import read_face_boxes
from data_prep.faces.regions import read_face_regions
from data_prep.synthetic.drawing.coverage import cover
from data_prep.synthetic.face_parts import NAMES, features_of, forged_features, scaled, seen_regions
from data_prep.synthetic.releases.celebdf import add_celebdf_regions, write_celebdf
from data_prep.synthetic.releases.clip_regions import clip_regions
from data_prep.synthetic.releases.faceforensics import add_tree_regions
from tests.data_prep.synthetic.tiny import FRAMES, SEED, WORLD

FILE = "face_regions.json"


def middle(polygons) -> np.ndarray:
    """Of the box round all corners."""
    corners = np.concatenate(polygons)
    return (corners.min(axis=0) + corners.max(axis=0)) / 2


def test_regions_lie_where_the_features_are(clips):
    found = clip_regions(clips, ["a", "b"], {"Swap": ["c", "d"], "SelfBlend": ["e", "f"]}, SEED)
    assert list(found) == ["a", "c", "b", "d"]
    for video, clip in zip("ab", clips, strict=True):
        assert len(found[video]) == FRAMES
        for seen, features in zip(found[video], features_of(clip), strict=True):
            # 192 pixels of the canvas are 160 of the video; the first's middle is at half a pixel.
            wanted = (middle(features["nose"]) + 0.5) * 160 / 192
            assert middle(seen["nose"]) == pytest.approx(wanted, abs=1.5)


def test_a_swap_shows_the_other_person(clips):
    found = clip_regions(clips, ["a", "b"], {"Swap": ["c", "d"]}, SEED)
    for video, target, source in (("c", *clips), ("d", *clips[::-1])):
        features = forged_features("Swap", target, source, SEED)
        for number, seen in enumerate(found[video]):
            layers = cover(target.actor, target.shots[number].pose)
            wanted = scaled(seen_regions(layers, features[number]), 160 / 192)
            for name in NAMES:
                np.testing.assert_allclose(*map(np.concatenate, (seen[name], wanted[name])))


def test_a_single_person_is_forged_with_nobody(clips):
    assert list(clip_regions(clips[:1], ["a"], {"PyramidBlend": []}, SEED)) == ["a"]


def test_the_file_of_a_tree(tree):
    regions = read_face_regions(tree / FILE)
    assert regions.names == NAMES == ("eyes", "nose", "mouth", "face", "hair")
    assert regions.faces == {}
    videos = {f"youtube/00{number}" for number in range(6)}
    for method in ("Swap", "MouthReenactment"):
        videos |= {
            f"{method}/00{a}_00{b}" for a, b in ((0, 1), (1, 0), (2, 3), (3, 2), (4, 5), (5, 4))
        }
    assert set(regions.videos) == videos
    boxes = read_face_boxes(tree / "face_boxes.json")
    for number in range(6):
        video = f"youtube/00{number}"
        for seen, box in zip(regions.videos[video], boxes[video], strict=True):
            assert seen is not None
            assert box is not None
            shares = {
                name: (middle(seen[name]) - (box.x, box.y)) / (box.width, box.height)
                for name in ("eyes", "nose", "mouth")
            }
            # The box reaches from -0.5 to 1.35 face units, eyes are at 0, mouths near 0.9.
            assert shares["eyes"][1] == pytest.approx(0.5 / 1.85, abs=0.08)
            assert shares["mouth"][1] == pytest.approx(1.4 / 1.85, abs=0.08)
            assert shares["eyes"][1] < shares["nose"][1] < shares["mouth"][1]


def test_added_to_a_tree_they_are_the_same(tree, tmp_path):
    steps = []
    add_tree_regions(WORLD, tmp_path, lambda *step: steps.append(step))
    assert (tmp_path / FILE).read_bytes() == (tree / FILE).read_bytes()
    assert steps == [(1, 3), (2, 3), (3, 3)]


def test_in_the_layout_of_celeb_df(tmp_path):
    write_celebdf(WORLD, tmp_path / "tree")
    written = (tmp_path / "tree" / FILE).read_bytes()
    videos = set(read_face_regions(tmp_path / "tree" / FILE).videos)
    assert {"Celeb-synthesis/id0_id1_0000", "Celeb-real/id1_0000", "YouTube-real/00006"} < videos
    assert len(videos) == 6 + 6 + 2
    add_celebdf_regions(WORLD, tmp_path)
    assert (tmp_path / FILE).read_bytes() == written
