import os

import pytest

from data_prep.celebdf import open_celebdf
from data_prep.celebdf.testing_list import LIST_FILE
from data_prep.checks.complete import PreparationError


@pytest.fixture
def fill(tmp_path):
    """Writes files that only look like videos and the list; returns the resolved root."""
    root = tmp_path.resolve() / "root"

    def write(*names, test):
        for name in names:
            (root / f"{name}.mp4").parent.mkdir(parents=True, exist_ok=True)
            (root / f"{name}.mp4").write_text("x")
        lines = [f"{int('real' in name)} {name}.mp4\n" for name in test]
        (root / LIST_FILE).write_text("".join(lines))
        return root

    return write


def test_a_whole_tree(fill):
    root = fill(
        "Celeb-real/id0_0000", "Celeb-real/id1_0000", "YouTube-real/00170", "YouTube-real/00007",
        "Celeb-synthesis/id0_id1_0000", "Celeb-synthesis/id1_id0_0000",
        "Celeb-synthesis/id5_id6_0000",
        test=["YouTube-real/00170", "Celeb-synthesis/id5_id6_0000"],
    )  # fmt: skip
    found = open_celebdf(root)
    assert found.methods == ("real", "Celeb-synthesis")
    assert [(one.video, one.split) for one in found.videos if one.split == "test"] == [
        ("YouTube-real/00170", "test"),
        ("Celeb-synthesis/id5_id6_0000", "test"),
    ]
    forged = next(one for one in found.videos if one.video == "Celeb-synthesis/id0_id1_0000")
    assert (forged.method, forged.label, forged.group) == ("Celeb-synthesis", 1, "id0_0000")
    assert (forged.target, forged.mask) == ("id0_0000", None)
    assert forged.boxes_of == ("Celeb-synthesis/id0_id1_0000", "Celeb-real/id0_0000")
    assert forged.file.name == "Celeb-synthesis/id0_id1_0000.mp4"
    original = next(one for one in found.videos if one.video == "Celeb-real/id0_0000")
    assert (original.method, original.label, original.group) == ("real", 0, "id0_0000")
    assert original.boxes_of == ("Celeb-real/id0_0000",)
    assert original.split == forged.split != "test"
    assert found.leaks == ()
    assert found.made_splits == ("train", "validation")
    assert [file.name for file in found.files] == [LIST_FILE]


def test_a_tenth_of_the_clips_is_validation_and_none_is_divided(fill):
    clips = [f"id{who}_{clip:04d}" for who in range(10) for clip in range(10)]
    forged = [f"id{w}_id{(w + 1) % 10}_{c:04d}" for w in range(10) for c in range(10)]
    names = [f"Celeb-real/{clip}" for clip in clips]
    names += [f"Celeb-synthesis/{name}" for name in forged]
    found = open_celebdf(fill(*names, test=[names[0], names[100]]))
    splits = {}
    for one in found.videos:
        splits.setdefault(one.group, set()).add(one.split)
    assert splits.pop("id0_0000") == {"test"}
    assert sorted(splits.values(), key=str) == [{"train"}] * 89 + [{"validation"}] * 10


def test_shared_identities_are_counted(fill):
    root = fill(
        "Celeb-real/id0_0000", "Celeb-real/id0_0001", "Celeb-real/id2_0000", "YouTube-real/1",
        "Celeb-synthesis/id0_id1_0000", "Celeb-synthesis/id1_id2_0003", "Celeb-real/id9_0000",
        test=["Celeb-real/id0_0001", "Celeb-synthesis/id1_id2_0003", "YouTube-real/1",
              "Celeb-real/id9_0000"],
    )  # fmt: skip
    assert open_celebdf(root).leaks == (
        "3 identities of the official test (id0, id1, id2), seen in 2 of its 4 videos, stand in "
        "train or validation too: the test is not one of unseen people",
    )


@pytest.mark.parametrize(
    ("number", "named"), [(5, "id0, id1, id2, id3, id4"), (6, "id0, id1, id2, id3, id4, ...")]
)
def test_five_shared_identities_are_named(fill, number, named):
    test = [f"Celeb-real/id{who}_0000" for who in range(number)]
    others = [f"Celeb-real/id{who}_0001" for who in range(number)]
    (leak,) = open_celebdf(fill(*test, *others, "Celeb-synthesis/id7_id8_0000", test=test)).leaks
    assert leak.startswith(f"{number} identities of the official test ({named}), seen in {number} ")


def test_the_test_takes_no_share_of_the_validation(fill):
    rest = [f"Celeb-real/id0_{clip:04d}" for clip in range(10)]
    test = [f"Celeb-real/id1_{clip:04d}" for clip in range(40)]
    found = open_celebdf(fill(*rest, *test, "Celeb-synthesis/id2_id3_0000", test=test))
    made = [one.split for one in found.videos if one.split != "test" and one.label == 0]
    assert sorted(made) == ["train"] * 9 + ["validation"]


def test_validation_gets_clips_with_forgeries_and_without(fill):
    names = [f"Celeb-real/id{who}_{clip:04d}" for who in (3, 4) for clip in range(10)]
    names += [f"Celeb-synthesis/id3_id9_{clip:04d}" for clip in range(10)]
    found = open_celebdf(fill(*names, "YouTube-real/1", test=["YouTube-real/1"]))
    validation = [one.video[:-5] for one in found.videos if one.split == "validation"]
    assert validation == ["Celeb-real/id3", "Celeb-real/id4", "Celeb-synthesis/id3_id9"]


def test_a_name_that_is_not_utf_8(fill):
    name = os.fsdecode(b"Celeb-real/id\xff_0000")
    found = open_celebdf(fill(name, "Celeb-synthesis/id0_id1_0000", "YouTube-real/1",
                         test=["YouTube-real/1"]))  # fmt: skip
    assert "Celeb-real/id\\xff_0000" in [one.video for one in found.videos]


def test_what_is_passed_over_and_what_is_missing(fill, tmp_path):
    root = fill(
        "Celeb-real/id0_0000", "Celeb-synthesis/id0_id1_0000", "Celeb-synthesis/id0",
        test=["Celeb-real/id0_0000", "YouTube-real/00001", "YouTube-real/00002"],
    )  # fmt: skip
    (tmp_path / "outside.mp4").write_text("x")
    (root / "Celeb-real/id7_0000.mp4").symlink_to(tmp_path / "outside.mp4")
    (tmp_path / "videos").mkdir()
    (root / "YouTube-real").symlink_to(tmp_path / "videos")
    found = open_celebdf(root)
    assert [one.video for one in found.videos] == [
        "Celeb-synthesis/id0_id1_0000",
        "Celeb-real/id0_0000",
    ]
    assert found.ignored == {
        "forgery without target, source and clip in its name": 1,
        "link out of the folder": 1,
        "link to a folder": 1,
    }
    assert found.notes[1] == (
        "2 of the 3 videos of List_of_testing_videos.txt are not there, for example "
        "YouTube-real/00001 (line 2)"
    )


def test_folders_of_methods(fill):
    """Celeb-DF++: a folder a family and a method, the old forgeries in one of them."""
    swaps = ["Celeb-DF-v2/id0_id1_0000", "SimSwap/id0_id1_0000", "LIA/id0_id1_0000"]
    names = [f"Celeb-synthesis/FaceSwap/{name}" for name in swaps]
    names += ["Celeb-synthesis/TalkingFace/FLOAT/id0_0000_test_0001"]
    names += ["Celeb-synthesis/FaceReenact/LIA/id0_id1_0000"]
    test = ["YouTube-real/1", "Celeb-synthesis/FaceSwap/SimSwap/id7_id8_0000"]
    # The same folder is called otherwise in the list.
    on_disk = "Celeb-synthesis/FaceSwap/Celeb-DF-v2/id7_id8_0000"
    in_list = on_disk.replace("-v2", "")
    found = open_celebdf(fill("Celeb-real/id0_0000", *names, *test, on_disk, test=[*test, in_list]))
    names[0] = names[0].replace("Celeb-DF-v2", "Celeb-DF")
    assert found.notes[1:] == (
        "List_of_testing_videos.txt names no videos by FaceSwap-LIA, FaceReenact-LIA, FLOAT: they "
        "are not tested on",
    )
    assert found.methods == (
        "real", "Celeb-DF", "FaceSwap-LIA", "SimSwap", "FaceReenact-LIA", "FLOAT",
    )  # fmt: skip
    assert found.ignored == {}
    by_name = {one.video: one for one in found.videos}
    assert {by_name[name].group for name in names} == {"id0_0000"}
    assert {by_name[name].split for name in ["Celeb-real/id0_0000", *names]} == {"train"}
    assert {by_name[name].split for name in [*test, in_list]} == {"test"}
    assert by_name[names[1]].method == "SimSwap"
    assert by_name[names[1]].file.name == f"{names[1]}.mp4"
    # A swapped face is where the target's is; what was reenacted or made to talk moves on its own.
    assert [by_name[name].boxes_of[1:] for name in names] == [
        *(("Celeb-real/id0_0000",),) * 3, (), (),
    ]  # fmt: skip
    assert found.leaks == ()


def test_methods_without_families_and_copies_with_a_folder_of_videos(fill):
    root = fill(
        "celeb-real/videos/id0_0000", "Youtube-real/videos/1", "Celeb-synthesis/SimSwap/id0_id1_0",
        "Celeb-synthesis/videos/id0_id1_0000",
        test=["YouTube-real/1", "Celeb-synthesis/SimSwap/id0_id1_0"],
    )  # fmt: skip
    found = open_celebdf(root)
    assert found.methods == ("real", "Celeb-synthesis", "SimSwap")
    assert {one.video: (one.method, one.file.name) for one in found.videos} == {
        "Celeb-real/id0_0000": ("real", "celeb-real/videos/id0_0000.mp4"),
        "YouTube-real/1": ("real", "Youtube-real/videos/1.mp4"),
        "Celeb-synthesis/SimSwap/id0_id1_0": ("SimSwap", "Celeb-synthesis/SimSwap/id0_id1_0.mp4"),
        "Celeb-synthesis/id0_id1_0000": (
            "Celeb-synthesis", "Celeb-synthesis/videos/id0_id1_0000.mp4",
        ),
    }  # fmt: skip
    assert found.ignored == {}
    # Of a method of which no family is said nobody knows whether its frames are the target's.
    assert {one.video: one.boxes_of[1:] for one in found.videos if one.label} == {
        "Celeb-synthesis/SimSwap/id0_id1_0": (),
        "Celeb-synthesis/id0_id1_0000": ("Celeb-real/id0_0000",),
    }
    fill("Celeb-synthesis/id0_id1_0000", test=["YouTube-real/1"])
    with pytest.raises(
        PreparationError, match=r"0000\.mp4 and .*0000\.mp4 are both Celeb-synthesis/"
    ):
        open_celebdf(root)


def test_a_method_whose_names_say_no_target(fill):
    names = ["Celeb-synthesis/FaceSwap/SimSwap/id0_id1_0", "Celeb-synthesis/TalkingFace/FLOAT/one"]
    found = open_celebdf(fill("Celeb-real/id0_0", *names, test=["Celeb-real/id0_0"]))
    text = "forgery without target, source and clip in its name (TalkingFace/FLOAT)"
    assert (found.methods, found.ignored) == (("real", "SimSwap"), {text: 1})


def test_no_method_is_called_real(fill):
    root = fill("Celeb-synthesis/real/id0_id1_0", "Celeb-real/id0_0", test=["Celeb-real/id0_0"])
    with pytest.raises(PreparationError, match="folder of forgeries is called real"):
        open_celebdf(root)


@pytest.mark.parametrize(("folder", "kind"), [("Celeb-real", "fake"), ("Celeb-synthesis", "real")])
def test_one_class_only(fill, folder, kind):
    root = fill(f"{folder}/a_b_c", test=["YouTube-real/1"])
    with pytest.raises(
        PreparationError, match=rf"holds no {kind} videos: they lie in Celeb-real, "
    ):
        open_celebdf(root)


def test_the_test_alone_may_be_of_one_class(fill):
    found = open_celebdf(fill("Celeb-real/id0_0000", test=["Celeb-real/id0_0000"]))
    assert [(one.split, one.method) for one in found.videos] == [("test", "real")]


def test_the_list_names_videos_in_any_container(fill):
    root = fill("YouTube-real/00170", "Celeb-synthesis/id5_id6_0000", test=["YouTube-real/00170"])
    (root / "YouTube-real/00170.mp4").rename(root / "YouTube-real/00170.AVI")
    videos = {one.video: (one.split, one.file.name) for one in open_celebdf(root).videos}
    assert videos["YouTube-real/00170"] == ("test", "YouTube-real/00170.AVI")


def test_face_crops_of_deepfakebench_have_a_command_of_their_own(tmp_path):
    (tmp_path / "List_of_testing_videos.txt").write_text("1 YouTube-real/00170.mp4\n")
    for folder in ("Celeb-real/frames/id0_0000", "Celeb-synthesis/frames/id0_id1_0000"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "014.png").write_bytes(b"x")
    with pytest.raises(PreparationError, match=r"frames are prepared by python -m data_prep\.deep"):
        open_celebdf(tmp_path)
