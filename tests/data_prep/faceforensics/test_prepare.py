import io
import json
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest
import tensorflow_datasets as tfds
from PIL import Image

from data_prep.checks.complete import PreparationError
from data_prep.faceforensics import open_faceforensics
from data_prep.faceforensics.__main__ import Config, main
from data_prep.faces import boxes
from data_prep.faces.boxes import Box, FaceBoxesError, read_face_boxes, write_face_boxes
from data_prep.faces.detectors import DetectorError
from data_prep.media.video import read_frames, read_masks, write_mask_video
from data_prep.prepared.card import read_card
from data_prep.prepared.card_text import card_text
from data_prep.videos import VideoOptions, prepare_videos
from data_prep.videos.crops import read_faces
from jaxticket.data.prepared import open_prepared
from tests.data_prep.made_detector import draw_video
from tests.data_prep.videos.pixels import FRAMES, SIDE, box_of, crop_of, frames_of, masks_of

SPLITS = ("train", "validation", "test")


def prepare_faceforensics(
    source, out, *, compression="c23", methods=None, on_progress=None, **chosen
):
    return prepare_videos(
        open_faceforensics(source, compression, methods),
        out,
        options=VideoOptions(**chosen),
        on_progress=on_progress,
    )


def by_key(version):
    builder = tfds.builder_from_directory(version)
    encoded = {"image": tfds.decode.SkipDecoding(), "mask": tfds.decode.SkipDecoding()}
    return {
        record["key"].decode(): record | {"split": split}
        for split in SPLITS
        for record in builder.as_data_source(split, decoders=encoded)
    }


def decoded(png):
    return np.asarray(Image.open(io.BytesIO(png)))


@pytest.fixture(scope="module")
def whole(write_tree, tmp_path_factory):
    """A tree of eight originals and two methods, one with masks."""
    return write_tree(tmp_path_factory.mktemp("whole") / "tree")


@pytest.fixture(scope="module")
def version(whole, tmp_path_factory):
    """It as a prepared set of all frames, with the steps of its progress beside it."""
    steps = []
    out = tmp_path_factory.mktemp("out")
    folder = prepare_faceforensics(
        whole, out, compression="raw", size=SIDE, on_progress=lambda *step: steps.append(step)
    )
    assert steps == [(done, 24) for done in range(1, 25)]
    return folder


def test_every_record(version):
    found = by_key(version)
    assert len(found) == (8 + 2 * 8) * FRAMES
    splits = {"000_003": "train", "006_007": "train", "004_001": "validation", "002_005": "test"}
    methods = ["real", "Blend", "Swap"]
    for key, record in found.items():
        method, name, frame = key.split("/")
        assert frame == f"{record['frame']:04d}"
        video = f"{method}/{name}"
        target = f"youtube/{name[:3]}"
        picture = frames_of(video)[record["frame"]]
        crop = crop_of(picture, target, record["frame"])
        np.testing.assert_array_equal(decoded(record["image"]), crop)
        assert record["label"] == (method != "youtube")
        assert methods[record["method"]] == ("real" if method == "youtube" else method)
        assert record["video"].decode() == video
        group = record["group"].decode()
        assert name[:3] in group.split("_")
        assert splits[group] == record["split"]
        assert record["compression"] == b"raw"
        assert record["has_mask"] == (method == "Swap")
        if record["has_mask"]:
            mask = crop_of(masks_of(video)[record["frame"]], target, record["frame"])
            np.testing.assert_array_equal(decoded(record["mask"]), mask)


def test_both_orders_of_a_pair_are_in_its_group(version):
    groups = {}
    for record in by_key(version).values():
        groups.setdefault(record["group"].decode(), set()).add(record["video"].decode())
    assert groups["004_001"] == {
        "youtube/004",
        "youtube/001",
        "Swap/004_001",
        "Swap/001_004",
        "Blend/004_001",
        "Blend/001_004",
    }


def test_the_library_opens_it(version, whole):
    opened = open_prepared(version)
    assert opened.methods == ("real", "Blend", "Swap")
    assert opened.splits == {"train": 48, "validation": 24, "test": 24}
    assert (opened.name, opened.synthetic) == ("tree", False)
    assert opened.fingerprint == read_card(version).fingerprint


def test_the_card(version, whole):
    card = read_card(version)
    assert (card.name, card.source, card.synthetic) == ("tree", str(whole), False)
    assert card.methods == ("real", "Blend", "Swap")
    assert card.pictures == {
        "train": {"real": 16, "fake": 32},
        "validation": {"real": 8, "fake": 16},
        "test": {"real": 8, "fake": 16},
    }
    assert card.groups == {"train": 2, "validation": 1, "test": 1}
    assert card.skipped == card.warnings == ()
    assert card.ignored == {}
    assert card.notes == (
        "raw; at most 32 frames of each forged and 32 of each original video, evenly spaced",
        "8 forged videos have no mask video (Blend)",
    )


def test_found_again_without_reading_or_writing(whole, version, monkeypatch):
    monkeypatch.setattr("data_prep.running.preparation.write_once", None)
    monkeypatch.setattr("data_prep.videos.records.read_faces", None)
    monkeypatch.setattr("data_prep.videos.source.read_face_boxes", None)
    out = version.parents[2]
    again = prepare_faceforensics(str(whole), str(out), compression="c0", size=SIDE, frames=32)
    assert again == version
    with pytest.raises(TypeError, match="not callable"):
        prepare_faceforensics(whole, out, compression="raw", size=SIDE, frames=31)


def test_equal_trees_have_equal_fingerprints(write_tree, version, tmp_path):
    copied = write_tree(tmp_path / "copied", level="c0")
    again = prepare_faceforensics(copied, tmp_path, name="tree", compression="raw", size=SIDE)
    assert again.parent.name != version.parent.name
    assert read_card(again).fingerprint == read_card(version).fingerprint
    for split in SPLITS:
        file = f"face_forensics-{split}.array_record-00000-of-00001"
        assert (again / file).read_bytes() == (version / file).read_bytes()


def test_options_and_files_make_another_set(tree, tmp_path):
    def prepare(**options):
        return prepare_faceforensics(
            tree, tmp_path / "out", **{"compression": "raw", "size": SIDE, "frames": 1} | options
        )

    first = prepare()
    boxes = tmp_path / "boxes.json"
    shutil.copy(tree / "face_boxes.json", boxes)
    others = [
        prepare(frames=2),
        prepare(real_frames=2),
        prepare(size=16),
        prepare(name="another"),
        prepare(boxes=boxes),
    ]
    masks = tree / "manipulated_sequences/Swap/masks/videos"
    os.utime(masks / "000_003.mp4", (1, 1))
    others.append(prepare())
    (tree / "synthetic.json").write_text("{}")
    others.append(prepare())
    assert len({first, *others}) == 8
    pictures = [read_card(version).pictures["test"] for version in (first, *others[:2])]
    assert pictures == [{"real": 2, "fake": 2}, {"real": 4, "fake": 4}, {"real": 4, "fake": 2}]
    assert read_card(others[3]).name == "another"


def test_official_names(write_tree, tmp_path):
    root = write_tree(
        tmp_path / "FaceForensics++", methods=["FaceSwap", "Deepfakes", "Other"], level="c23"
    )
    for split in ("train", "val", "test"):
        (root / "splits" / f"{split}.json").rename(root / f"{split}.json")
    version = prepare_faceforensics(
        root, tmp_path, methods=["FaceSwap", "Deepfakes"], frames=2, real_frames=4, size=32
    )
    assert version.parent.name.startswith("FaceForensics-c23-32-")
    card = read_card(version)
    assert card.name == "FaceForensics++"
    assert card.methods == ("real", "Deepfakes", "FaceSwap")
    assert card.pictures["train"] == {"real": 16, "fake": 16}
    found = by_key(version)
    assert {record["compression"] for record in found.values()} == {b"c23"}
    # The two forgeries of a target share its four frames between them.
    for method, frames in (("Deepfakes", ("0000", "0002")), ("FaceSwap", ("0001", "0003"))):
        begin = f"{method}/004_001/"
        assert {key for key in found if key.startswith(begin)} == {begin + f for f in frames}


def test_a_synthetic_tree_says_so(tree, tmp_path):
    (tree / "synthetic.json").write_text(
        json.dumps({"generator": "world", "version": 3, "seed": 7})
    )
    version = prepare_faceforensics(tree, tmp_path / "out", compression="raw", frames=1, size=16)
    card = read_card(version)
    assert card.synthetic
    assert card.notes[0] == (
        "synthetic: rendered by world, version 3, seed 7; it stands for no real data set"
    )
    assert open_prepared(version).synthetic


@pytest.mark.parametrize("text", ["[", "[]"])
def test_a_wrong_synthetic_file(tree, tmp_path, text):
    (tree / "synthetic.json").write_text(text)
    with pytest.raises(PreparationError, match=r"synthetic\.json is not a JSON"):
        prepare_faceforensics(tree, tmp_path / "out", compression="raw")


def test_extracted_frames_are_the_same_set(tree, tmp_path):
    """Each video, and each mask video, as a folder of its frames."""
    videos = prepare_faceforensics(tree, tmp_path / "out", compression="raw", size=SIDE)
    for folder in [*tree.glob("*/*/raw/videos"), *tree.glob("*/*/masks/videos")]:
        read, to = (read_frames, folder.parent / "images")
        if folder.parent.name == "masks":
            read, to = (read_masks, folder.parent)
        for file in folder.glob("*.mp4"):
            (to / file.stem).mkdir(parents=True)
            for number, frame in enumerate(read(file, range(FRAMES))):
                Image.fromarray(frame).save(to / file.stem / f"{number:04d}.png")
        shutil.rmtree(folder)
    frames = prepare_faceforensics(tree, tmp_path / "out", compression="raw", size=SIDE)
    assert frames != videos
    assert read_card(frames).fingerprint == read_card(videos).fingerprint
    assert {record["has_mask"] for record in by_key(frames).values() if record["label"]} == {1}
    (next(tree.glob("*/*/raw/images/000")) / "0002.png").write_bytes(b"")
    again = prepare_faceforensics(tree, tmp_path / "out", compression="raw", size=SIDE)
    ((name, reason),) = read_card(again).skipped
    assert (name, reason.partition(":")[0]) == ("youtube/000", "0002.png")


def test_split_files_from_elsewhere(tree, tmp_path):
    (tree / "splits").rename(tmp_path / "official")

    def prepare():
        videos = open_faceforensics(tree, "raw", splits=tmp_path / "official")
        return prepare_videos(videos, tmp_path / "out", options=VideoOptions(frames=1, size=16))

    first = prepare()
    assert prepare() == first
    # Other contents of the same videos: another set.
    pairs = tmp_path / "official/val.json"
    pairs.write_text(json.dumps([["001", "004"]]))
    assert prepare() != first
    pairs.unlink()
    with pytest.raises(PreparationError, match=r"official has no val\.json: the official"):
        prepare()


def test_bad_videos_cost_themselves_only(tree, tmp_path):
    originals = tree / "original_sequences/youtube/raw/videos"
    data = (originals / "000.mp4").read_bytes()
    (originals / "000.mp4").write_bytes(data[: len(data) // 2])
    boxes = {
        f"youtube/{name}": [box_of(name, frame) for frame in range(FRAMES)]
        for name in ("000", "003", "004", "001", "005")
    }
    boxes["Swap/002_005"] = [None, None]
    write_face_boxes(tree / "face_boxes.json", boxes)
    masks = tree / "manipulated_sequences/Swap/masks/videos"
    (masks / "003_000.mp4").write_bytes(b"x" * 999)
    write_mask_video(masks / "000_003.mp4", masks_of("Swap/000_003", 1))
    options = {"compression": "raw", "size": SIDE}
    version = prepare_faceforensics(tree, tmp_path / "out", skip_limit=3, **options)
    card = read_card(version)
    assert [name for name, _ in card.skipped] == ["Swap/002_005", "youtube/000", "youtube/002"]
    reasons = dict(card.skipped)
    assert reasons["Swap/002_005"] == reasons["youtube/002"] == "no frame has a face box"
    assert reasons["youtube/000"].startswith("not a whole video")
    assert card.pictures["train"] == {"real": 4, "fake": 8}
    assert card.pictures["test"] == {"real": 4, "fake": 4}
    assert card.notes[-1] == (
        "3 pictures of 1 forged videos have no mask: their mask videos are shorter than they are"
    )
    (warning,) = card.warnings
    assert warning.startswith("1 mask videos cannot be used and were left aside (Swap/003_000: not")
    found = by_key(version)
    assert [found[f"Swap/000_003/000{frame}"]["has_mask"] for frame in range(4)] == [1, 0, 0, 0]
    assert not found["Swap/003_000/0000"]["has_mask"]
    assert "youtube/000: not a whole video" in card_text(card)

    text = (
        r"more than 2 videos cannot be used.*\n  youtube/000: .*\n(.*\n)*  Swap/002_005: no frame"
    )
    with pytest.raises(PreparationError, match="more than 2 videos cannot be used"):
        prepare_faceforensics(tree, tmp_path / "out", skip_limit=2, **options)
    with pytest.raises(PreparationError, match=text):
        prepare_faceforensics(tree, tmp_path / "new", skip_limit=2, **options)
    assert not list((tmp_path / "new").rglob("*.array_record*"))


def test_a_forgery_has_boxes_of_its_own(tree, tmp_path):
    boxes = {f"youtube/{name}": [(8, 10, 20, 16)] for name in ("000", "003", "004", "001", "002")}
    boxes["youtube/005"] = boxes["youtube/000"]
    boxes["Swap/000_003"] = [(20, 12, 20, 16)]
    boxes["Swap/003_000"] = [None, None]
    path = tmp_path / "boxes.json"
    write_face_boxes(path, boxes)
    (tree / "face_boxes.json").unlink()
    version = prepare_faceforensics(
        tree, tmp_path / "out", compression="raw", frames=1, size=SIDE, boxes=path
    )
    found = by_key(version)
    for key, left, top in (("Swap/000_003/0002", 17, 7), ("Swap/003_000/0002", 5, 5)):
        picture = frames_of(key.rpartition("/")[0])[2]
        crop = picture[top : top + SIDE, left : left + SIDE]
        np.testing.assert_array_equal(decoded(found[key]["image"]), crop)


def test_a_split_without_a_usable_video(tree, tmp_path):
    for file in tree.glob("*_sequences/*/raw/videos/*.mp4"):
        if file.stem in ("004", "001", "004_001", "001_004"):
            file.write_bytes(b"x" * 99)
    text = r"the split validation of .* is empty: none of its 4 videos can be used, for example"
    with pytest.raises(PreparationError, match=text):
        prepare_faceforensics(tree, tmp_path / "out", compression="raw", frames=1)


def test_no_boxes(tree, tmp_path, monkeypatch):
    (tree / "face_boxes.json").unlink()
    monkeypatch.setitem(sys.modules, "dlib", None)
    with pytest.raises(DetectorError) as caught:
        prepare_faceforensics(tree, tmp_path / "out", compression="raw")
    text = f"{tree} has no face_boxes.json, and faces are found by dlib"
    assert str(caught.value).startswith(text)
    assert boxes.BOXES_HELP in str(caught.value)
    with pytest.raises(FileNotFoundError, match=r"there is no file .*other\.json: faces"):
        prepare_faceforensics(
            tree, tmp_path / "out", compression="raw", boxes=tmp_path / "other.json"
        )


def test_wrong_boxes(tree, tmp_path):
    (tree / "face_boxes.json").write_text("{}")
    with pytest.raises(FaceBoxesError, match=r"face_boxes\.json does not say"):
        prepare_faceforensics(tree, tmp_path / "out", compression="raw")


def test_no_folder(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no folder .*nowhere: check the path"):
        prepare_faceforensics(tmp_path / "nowhere", tmp_path)
    (tmp_path / "file").write_text("x")
    with pytest.raises(NotADirectoryError, match=r"file is not a folder"):
        prepare_faceforensics(tmp_path / "file", tmp_path)


def test_the_command(tree, tmp_path):
    command = [sys.executable, "-m", "data_prep.faceforensics", f"--source={tree}"]
    command += [f"--out={tmp_path / 'out'}", "--compression=raw", "--frames=1", "--size=16"]
    command += ["--real_frames=2", "--methods=Swap", "--name=small"]
    command += [f"--splits={tree / 'splits'}"]
    command += [f"--boxes={tree / 'face_boxes.json'}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert "Data card of small" in done.stdout
    assert f"prepared set: {tmp_path / 'out' / 'face_forensics'}/small-raw-16-" in done.stdout


def test_the_command_says_what_is_wrong(tree, tmp_path, capsys):
    assert main(Config(tree, tmp_path / "out", methods="Nothing,Swap")) == 1
    assert "error: the methods ['Nothing', 'Swap'] cannot be chosen" in capsys.readouterr().err


def test_a_killed_preparation_goes_on_with_the_videos_that_are_done(
    whole, tmp_path, monkeypatch, caplog
):
    def stop(done, total):
        if done == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepare_faceforensics(
            whole, tmp_path / "a", compression="raw", frames=2, size=32, on_progress=stop
        )
    [kept] = (tmp_path / "a" / "face_forensics").glob(".kept-*")
    done = len(list(kept.iterdir()))
    assert done >= 7
    read = []

    def reading_faces(video, *arguments):
        read.append(video)
        return read_faces(video, *arguments)

    monkeypatch.setattr("data_prep.videos.records.read_faces", reading_faces)
    with caplog.at_level("INFO", "data_prep"):
        resumed = prepare_faceforensics(whole, tmp_path / "a", compression="raw", frames=2, size=32)
    monkeypatch.undo()
    assert f"going on: {done} of " in caplog.text
    straight = prepare_faceforensics(whole, tmp_path / "b", compression="raw", frames=2, size=32)
    videos = {record["video"] for record in by_key(straight).values()}
    assert len(read) == len(set(read)) == len(videos) - done
    assert read_card(resumed) == read_card(straight)
    assert not list((tmp_path / "a" / "face_forensics").glob(".kept-*"))
    again, expected = by_key(resumed), by_key(straight)
    assert again.keys() == expected.keys()
    for key, record in expected.items():
        assert again[key]["image"] == record["image"]
        assert again[key]["mask"] == record["mask"]


def test_faces_are_detected_in_the_raw_version_of_every_level(tree, tmp_path):
    """At c40 the tree holds noise; at raw each original has a bright rectangle of its own."""
    (tree / "face_boxes.json").unlink()
    for folder in list(tree.glob("*_sequences/*/raw")):
        shutil.copytree(folder, folder.with_name("c40"))
    rectangles = {}
    for number, file in enumerate(sorted(tree.glob("original_sequences/*/raw/videos/*.mp4"))):
        rectangles[f"youtube/{file.stem}"] = box = Box(2.0 + 3 * number, 4, 20, 20)
        draw_video(file, [[box]] * FRAMES)
    version = prepare_faceforensics(
        tree, tmp_path / "out", compression="c40", size=SIDE, frames=1, real_frames=1,
        detector="tests.data_prep.made_detector:bright_rectangles",
    )  # fmt: skip
    [store] = (tmp_path / "out/face_boxes").glob("tree-*made_detector*-every5.json")
    boxes = read_face_boxes(store)
    assert boxes == {name: (box, None, None, None) for name, box in rectangles.items()}
    for key, record in by_key(version).items():
        video = record["video"].decode()
        left = max(0, int(rectangles[f"youtube/{video.split('/')[1][:3]}"].x) + 10 - 13)
        picture = frames_of(video)[int(key[-4:])]
        crop = picture[1 : 1 + SIDE, left : left + SIDE]
        np.testing.assert_array_equal(decoded(record["image"]), crop)
