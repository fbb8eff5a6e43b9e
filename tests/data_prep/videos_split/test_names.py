import pytest

from data_prep.schema import FAKE, REAL
from data_prep.source.arrange import arrange
from data_prep.videos_split.names import link_videos, video_name


@pytest.mark.parametrize(
    ("name", "label", "video"),
    [
        ("000_12", REAL, "000"),
        ("000_003", REAL, "000"),
        ("000_003", FAKE, "000_003"),
        ("000_003_12", FAKE, "000_003"),
        ("000_003-frame-7", FAKE, "000_003"),
        ("000_12", FAKE, "000"),
        ("id0_0000_5", REAL, "id0_0000"),
        ("id0_id16_0007_5", FAKE, "id0_id16_0007"),
        ("clip7_frame_3", FAKE, "clip7"),
        ("clip7", FAKE, "clip7"),
        ("clip7-12", FAKE, "clip7"),
        ("take_12_cut2_7", FAKE, "take_12_cut2"),
        ("0001", REAL, "0001"),
        # Four digits are no name of three, and five no clip of four.
        ("000_0031", FAKE, "000"),
        ("id0_00005", REAL, "id0"),
        # Nothing but the video: its clip is not the number of a frame.
        ("id0_0000", REAL, "id0_0000"),
        ("fake_123", FAKE, "fake_123"),
        ("élan2_9", REAL, "élan2"),
    ],
)
def test_the_video_of_a_picture(name, label, video):
    assert video_name(name, label) == video


def groups_of(*paths):
    entries = arrange(paths, regroup=link_videos).entries
    return {entry.path: (entry.video, entry.group) for entry in entries}


def test_folders_of_videos():
    assert groups_of(
        "train/real/000/1.png",
        "train/real/007/1.png",
        "train/fake/003_000/1.png",
        "test/fake/000_003/1.png",
        "val/fake/id0_id1_0000/1.png",
        "val/real/id0_0000/1.png",
    ) == {
        "train/real/000/1.png": ("real/000", "000_003"),
        "train/real/007/1.png": ("real/007", "007"),
        "train/fake/003_000/1.png": ("fake/003_000", "000_003"),
        "test/fake/000_003/1.png": ("fake/000_003", "000_003"),
        "val/fake/id0_id1_0000/1.png": ("fake/id0_id1_0000", "id0_0000"),
        "val/real/id0_0000/1.png": ("real/id0_0000", "id0_0000"),
    }


def test_pictures_named_after_their_video():
    paths = [f"train/{name}.png" for name in ("real/000_1", "real/000_10", "real/000_2")]
    paths += ["train/fake/000_003_1.png", "test/real/003_1.png", "val/fake/9.png"]
    entries = {entry.path: entry for entry in arrange(paths, regroup=link_videos).entries}
    originals = [entries[path] for path in paths[:3]]
    assert {(entry.video, entry.group) for entry in originals} == {("real/000", "000_003")}
    assert [entry.frame for entry in originals] == [1, 10, 2]
    assert entries[paths[3]].video == "fake/000_003"
    assert entries[paths[4]].group == entries[paths[3]].group == "000_003"
    assert entries["val/fake/9.png"].group == "9"


def test_pictures_named_by_video_frame_and_face():
    names = ("aagfhgtpmv", "aapnvogymq", "abarnvbtwb", "abofeumbvv")
    found = groups_of(*(f"{split}/{label}/{name}-{first + frame:03}-00.png"
                        for split, first in (("train", 0), ("test", 10)) for name in names
                        for label in ("real", "fake") for frame in range(2)))  # fmt: skip
    assert {group for _, group in found.values()} == set(names)
    assert found["test/fake/aagfhgtpmv-011-00.png"] == ("fake/aagfhgtpmv", "aagfhgtpmv")


def test_only_the_last_point_of_a_name_is_that_of_the_suffix():
    assert groups_of("train/fake/clip1.v2_3.png", "train/real/clip1.v3_3.png") == {
        "train/fake/clip1.v2_3.png": ("fake/clip1.v2", "clip1.v2"),
        "train/real/clip1.v3_3.png": ("real/clip1.v3", "clip1.v3"),
    }


def test_a_real_video_links_nothing():
    found = groups_of("train/real/000_003/1.png", "train/real/003/1.png", "train/fake/a/1.png")
    assert found["train/real/003/1.png"] == ("real/003", "003")


def test_forgeries_that_all_hang_together_go_with_their_target():
    found = groups_of(
        "train/fake/000_001/1.png", "train/fake/001_002/1.png", "train/fake/002_003/1.png",
        "train/real/000/1.png", "test/real/003/1.png", "test/fake/003_000/1.png",
    )  # fmt: skip
    groups = dict(found.values())
    assert groups["fake/000_001"] == groups["real/000"] == "000"
    assert groups["fake/003_000"] == groups["real/003"] == "003"
    assert len(set(groups.values())) == 4


def test_a_validation_made_here_divides_no_pair():
    paths = []
    for pair in range(20):
        a, b = f"{2 * pair:03d}", f"{2 * pair + 1:03d}"
        paths += [f"train/real/{a}_{frame}.png" for frame in range(2)]
        paths += [f"train/real/{b}_1.png", f"train/fake/{a}_{b}_1.png", f"train/fake/{b}_{a}_1.png"]
    layout = arrange([*paths, "test/real/900_1.png", "test/fake/900_901_1.png"], (), link_videos)
    splits = {}
    for entry in layout.entries:
        splits.setdefault(entry.group, set()).add(entry.split)
    assert layout.made_splits == ("train", "validation")
    assert sorted(map(sorted, splits.values())) == [
        ["test"], *[["train"]] * 18, *[["validation"]] * 2,
    ]  # fmt: skip
