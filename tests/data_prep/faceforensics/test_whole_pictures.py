"""Face crops that were cut before are not searched for faces, nor cut by anyone's boxes."""

import shutil

import pytest

from data_prep.checks.complete import PreparationError
from data_prep.faceforensics import open_faceforensics
from data_prep.faces.boxes import write_face_boxes
from data_prep.faces.detectors import DetectorError
from tests.data_prep.deepfakebench.crops import FF, FORGERIES, ORIGINALS, write_faceforensics
from tests.data_prep.deepfakebench.crops import write_video as write_crops
from tests.data_prep.faceforensics.preparing import prepare_faceforensics


@pytest.fixture
def root(tmp_path):
    write_faceforensics(tmp_path)
    return tmp_path / FF


def test_landmarks_beside_frames_show_that_they_are_crops(root):
    said = (
        r"the frames of youtube/000 are face crops already, since landmarks lie beside them "
        r"\(original_sequences/youtube/c23/landmarks/000\): prepare them with .*deepfakebench"
    )
    with pytest.raises(PreparationError, match=said):
        open_faceforensics(root)
    write_face_boxes(root / "face_boxes.json", {})  # of whole pictures: they would cut wrongly
    with pytest.raises(PreparationError, match=said):
        open_faceforensics(root)
    assert open_faceforensics(root, whole_pictures=True).ready == ""


def test_the_form_alone_is_said_in_the_card(root):
    shutil.rmtree(root.parent / ORIGINALS / "c23/landmarks")
    assert "though they are square (16 x 16)" in open_faceforensics(root).notes[-1]
    assert not open_faceforensics(root, whole_pictures=True).notes
    with pytest.raises(DetectorError, match=r"if its frames are face crops already, .*fakebench"):
        prepare_faceforensics(root, root.parent / "out", detector="no_such:thing")
    write_face_boxes(root / "face_boxes.json", {})
    assert not open_faceforensics(root).notes


def test_videos_with_crops_beside_them_are_videos(root):
    for frames in root.glob("*/*/c23/frames"):
        for folder in frames.iterdir():
            path = frames.parent / "videos" / f"{folder.name}.mp4"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"x")
    assert not open_faceforensics(root).notes


def test_an_empty_folder_of_frames_is_another_fault(root):
    shutil.rmtree(root.parent / ORIGINALS / "c23/landmarks")
    for folder in root.glob("*/*/c23/frames/*"):
        for file in folder.iterdir():
            file.unlink()
    assert len(open_faceforensics(root).videos) == 12
    write_crops(root.parent, f"{FORGERIES}/Deepfakes/c23/frames/000_003", [0])
    assert not open_faceforensics(root).notes
