"""Sets of videos without a file of face boxes."""

import logging
import sys
from dataclasses import replace

import numpy as np
import pytest
import tensorflow_datasets as tfds

from data_prep.checks.complete import PreparationError
from data_prep.faces.boxes import Box, read_face_boxes, write_face_boxes
from data_prep.faces.detectors import DetectorError
from data_prep.prepared.card import read_card
from data_prep.source.listing import ListedFile
from data_prep.videos import REAL_METHOD, Video, VideoOptions, VideoSet, prepare_videos
from tests.data_prep.encoded import decoded
from tests.data_prep.made_detector import DETECTOR, draw_video

FACE = Box(20, 10, 20, 20)  # its crop: centre (30, 20), side 26
PLACES = {
    "a/1": ("real", "train"),
    "b/1": ("Swap", "train"),
    "a/2": ("real", "validation"),
    "a/3": ("real", "test"),
    "b/3": ("Swap", "test"),
    "a/4": ("real", "test"),
    "a/5": ("real", "test"),
}


@pytest.fixture
def found(tmp_path):
    """Seven videos of three frames; in a/4 there is no face."""
    root = (tmp_path / "source").resolve()
    videos = []
    for name, (method, split) in PLACES.items():
        path = root / f"{name}.mp4"
        path.parent.mkdir(parents=True, exist_ok=True)
        draw_video(path, [[] if name == "a/4" else [FACE]] * 3)
        boxes_of = (name, f"a/{name[-1]}") if method != "real" else (name,)
        stat = path.stat()
        file = ListedFile(f"{name}.mp4", stat.st_size, stat.st_mtime_ns)
        videos.append(Video(name, method, split, name[-1], name[-1], file, None, boxes_of))
    # Given splits: the pictures are all alike.
    return VideoSet("face_forensics", root, tuple(videos), (REAL_METHOD, "Swap"), made_splits=())


def prepare(found, out, *, on_faces=None, **options):
    return prepare_videos(
        found,
        out,
        options=VideoOptions(**{"size": 26, "frames": 1, "detector": DETECTOR} | options),
        on_faces=on_faces,
    )


@pytest.fixture
def never(monkeypatch):
    """Forbids looking at videos, from when it is called on."""
    return lambda: monkeypatch.setattr("data_prep.videos.detection.detect.in_order", None)


def test_pictures_and_card(found, tmp_path):
    version = prepare(found, tmp_path / "out", detect_every=2, skip_limit=0)
    card = read_card(version)
    assert card.skipped == (("a/4", f"no face was found by {DETECTOR} in 2 frames"),)
    assert f"faces found by {DETECTOR} in one frame of 2, in" in card.notes[1]
    expected = np.zeros((26, 26, 3), np.uint8)
    expected[3:23, 3:23, 0] = 255
    for split in ("train", "validation", "test"):
        for record in tfds.builder_from_directory(version).as_data_source(
            split, decoders={"image": tfds.decode.SkipDecoding()}
        ):
            picture = decoded(record["image"])
            np.testing.assert_array_equal(picture, expected)
    # Found again with the same limit, though a video was skipped.
    assert prepare(found, tmp_path / "out", detect_every=2, skip_limit=0) == version


def test_faceless_videos_do_not_count_but_bad_ones_do(found, tmp_path):
    (found.root / "a/5.mp4").write_bytes(b"")
    with pytest.raises(PreparationError) as caught:
        prepare(found, tmp_path / "out", skip_limit=0)
    assert str(caught.value).startswith("more than 0 videos cannot be used")
    assert str(caught.value).endswith(":\n  a/5: empty file")
    # Said before any picture was cropped.
    assert not (tmp_path / "out/face_forensics").exists()
    card = read_card(prepare(found, tmp_path / "out", skip_limit=1))
    assert [name for name, _ in card.skipped] == ["a/4", "a/5"]


def test_stored_boxes_serve_another_size_number_name_and_compression(found, tmp_path, never):
    out = tmp_path / "out"
    versions = {prepare(found, out)}
    never()
    versions.add(prepare(found, out, size=13))
    versions.add(prepare(found, out, frames=2))
    versions.add(prepare(found, out, name="other"))
    versions.add(prepare(replace(found, compression="c40"), out))
    assert len(versions) == 5
    with pytest.raises(TypeError, match="not callable"):
        prepare(found, out, detect_every=3)


def test_the_set_is_found_when_the_store_grew_or_is_gone(found, tmp_path, never):
    out = tmp_path / "out"
    fewer = replace(found, videos=found.videos[:-1])
    version = prepare(fewer, out)
    other = prepare(found, out)
    assert version != other
    never()
    assert prepare(fewer, out) == version
    [store] = (out / "face_boxes").glob("*.json")
    store.unlink()
    assert prepare(fewer, out) == version


def test_a_file_of_boxes_comes_before_the_detector(found, tmp_path, never):
    never()
    boxes = {name: [Box(4, 4, 10, 10)] for name in PLACES}
    write_face_boxes(tmp_path / "boxes.json", boxes)
    given = prepare(found, tmp_path / "out", boxes=tmp_path / "boxes.json")
    write_face_boxes(found.root / "face_boxes.json", boxes)
    assert prepare(found, tmp_path / "out") != given
    assert not (tmp_path / "out/face_boxes").exists()


def test_interrupted_it_goes_on_with_the_faces_that_are_stored(found, tmp_path, caplog):
    def stop(done, total):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepare(found, tmp_path / "out", on_faces=stop)
    [store] = (tmp_path / "out/face_boxes").glob("*.json")
    assert len(read_face_boxes(store)) == 2
    steps = []
    with caplog.at_level(logging.INFO, "data_prep"):
        prepare(found, tmp_path / "out", on_faces=lambda *step: steps.append(step))
    assert steps == [(2, 5), (3, 5), (4, 5), (5, 5)]
    assert f"faces of 2 of 5 videos are in {store}; looking at the others" in caplog.text


def test_without_dlib_nothing_is_read(found, tmp_path, monkeypatch, never):
    never()
    monkeypatch.setitem(sys.modules, "dlib", None)
    text = r"source has no face_boxes\.json, and .* install the extra `faces` .*--boxes"
    with pytest.raises(DetectorError, match=text):
        prepare(found, tmp_path / "out", detector="dlib")
    assert not (tmp_path / "out").exists()


def test_a_full_disk_says_what_is_kept(found, tmp_path, monkeypatch):
    def full(*arguments):
        next(arguments[-1]("train"))
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("data_prep.running.preparation.write_records", full)
    with pytest.raises(OSError, match=r"No space left on device\); no set was written\.") as caught:
        prepare(found, tmp_path / "out")
    [kept] = (tmp_path / "out/face_forensics").glob(".kept-*")
    assert f"What is done is kept in {kept}, and the same command goes on with it" in str(
        caught.value
    )
