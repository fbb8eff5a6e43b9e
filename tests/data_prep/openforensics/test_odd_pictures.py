"""Pictures and annotations that do not fit each other, or are no good."""

import numpy as np
import pytest
from PIL import Image

from data_prep.checks.complete import PreparationError
from data_prep.openforensics import prepare_openforensics
from data_prep.prepared.card import read_card
from tests.data_prep.encoded import decoded
from tests.data_prep.openforensics.release_files import (
    FAKE_CORNER,
    FAKE_SIDE,
    HEIGHT,
    WIDTH,
    change,
    coco,
    face,
    image,
    noise,
    write_json,
    write_picture,
    write_release,
)
from tests.data_prep.records_of import by_key

SPLITS = ("train", "validation", "test")


@pytest.fixture
def root(tmp_path):
    return write_release(tmp_path / "release")


def test_what_cannot_be_used_is_named_and_the_rest_stays(root, tmp_path):
    (root / "Train/tb.jpg").unlink()
    (root / "Val/va.jpg").write_bytes(b"")
    write_picture(root / "Val/new.jpg")

    def edit(content):
        content["annotations"][0]["bbox"] = [WIDTH, 3, 9, 9]
        content["annotations"][1]["bbox"] = [3, 3, 0, 9]
        content["annotations"] += [face(70, 99, 1), face(71, 5, 0)]
        content["images"] += [image(4, "empty.jpg"), image(5, "..")]

    change(root, "Test-Dev", edit)
    card = read_card(prepare_openforensics(root, tmp_path / "out", size=8))
    assert card.skipped == (
        ("Test-Dev/ta.jpg/0", "its box [61, 3, 9, 9] has no pixel in the picture of 61 x 47"),
        ("Test-Dev/ta.jpg/1", "its box [3, 3, 0, 9] has no pixel in the picture of 61 x 47"),
        (
            "Test-Dev: annotation 70",
            "its picture 99 is not among the images of Test-Dev_poly.json",
        ),
        ("Test-Dev: image 5", "its file_name names no file"),
        (
            "Train/tb.jpg",
            f"no such picture lies below a folder Train of {root}; it has 2 faces",
        ),
        ("Val/va.jpg", "empty file; it has 2 faces"),
    )
    assert card.notes[1:] == (
        "1 annotated pictures have no face",
        "1 pictures are not named by the annotations",
    )
    assert card.pictures == {split: {"real": 1, "fake": 1} for split in SPLITS}
    with pytest.raises(PreparationError, match="more than 5 pictures or faces cannot be used"):
        prepare_openforensics(root, tmp_path / "out", size=8, skip_limit=5)
    with pytest.raises(PreparationError, match=r"Train/tb\.jpg: no such picture"):
        prepare_openforensics(root, tmp_path / "other", size=8, skip_limit=0)
    assert list(tmp_path.glob("other/open_forensics/[!.]*")) == []


def test_a_path_that_leads_out_finds_nothing_outside(root, tmp_path):
    write_picture(tmp_path / "Train/outside.jpg")
    change(root, "Train", lambda c: c["images"][0].update(file_name="../../Train/outside.jpg"))
    card = read_card(prepare_openforensics(root, tmp_path / "out", size=8))
    assert [name for name, _ in card.skipped] == ["Train/outside.jpg"]
    assert card.pictures["train"] == {"real": 1, "fake": 1}


def test_unicode_names(root, tmp_path):
    (root / "Train/ta.jpg").rename(root / "Train/顔 ä.jpg")
    change(root, "Train", lambda c: c["images"][0].update(file_name="Images/Train/顔 ä.jpg"))
    found = by_key(prepare_openforensics(root, tmp_path / "out", size=8))
    assert found["Train/顔 ä.jpg/1"]["group"].decode() == "Train/顔 ä.jpg"


def rotated(root, width, height):
    """The picture stored on its side: turned by the EXIF tag it is WIDTH x HEIGHT."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter to the right
    stored = np.rot90(noise("Train/ta.jpg"), 1)
    write_picture(root / "Train/ta.jpg", stored, exif=exif)
    change(root, "Train", lambda c: c["images"][0].update(width=width, height=height))
    return stored


def test_a_picture_annotated_upright_is_turned(root, tmp_path):
    rotated(root, WIDTH, HEIGHT)
    version = prepare_openforensics(root, tmp_path / "out", size=FAKE_SIDE)
    x, y = FAKE_CORNER
    crop = noise("Train/ta.jpg")[y : y + FAKE_SIDE, x : x + FAKE_SIDE]
    np.testing.assert_array_equal(decoded(by_key(version)["Train/ta.jpg/1"]["image"]), crop)
    assert read_card(version).conversions == {"EXIF-rotated": 2}


def test_a_picture_annotated_as_it_is_stored_is_not_turned(root, tmp_path):
    stored = rotated(root, HEIGHT, WIDTH)
    change(root, "Train", lambda c: c["annotations"][1].update(bbox=[10, 20, 20, 16]))
    version = prepare_openforensics(root, tmp_path / "out", size=FAKE_SIDE)
    crop = stored[15 : 15 + FAKE_SIDE, 7 : 7 + FAKE_SIDE]
    np.testing.assert_array_equal(decoded(by_key(version)["Train/ta.jpg/1"]["image"]), crop)
    assert read_card(version).conversions == {"EXIF rotation left aside": 2}


def test_a_picture_of_another_size_than_annotated(root, tmp_path):
    change(root, "Train", lambda c: c["images"][0].update(width=1024, height=768))
    card = read_card(prepare_openforensics(root, tmp_path / "out", size=8))
    assert card.skipped == (
        (
            "Train/ta.jpg",
            "has 61 x 47 pixels, but 1024 x 768 by its annotations; it has 2 faces",
        ),
    )


@pytest.mark.parametrize(
    ("width", "reason"), [(8_001, "too large: 8001 x 8000 pixels"), (60_000, "too large: ")]
)
def test_a_picture_bomb(root, tmp_path, png_header, width, reason):
    (root / "Train/ta.jpg").write_bytes(png_header(width, 8_000))
    card = read_card(prepare_openforensics(root, tmp_path / "out", size=8))
    ((name, found),) = card.skipped
    assert name == "Train/ta.jpg"
    assert found.startswith(reason)


def test_a_forged_face_without_a_polygon(root, tmp_path):
    def edit(content):
        content["annotations"][1]["segmentation"] = []
        content["annotations"][3]["segmentation"] = [[0, 40, 5, 40, 5, 45]]

    change(root, "Train", edit)
    version = prepare_openforensics(root, tmp_path / "out", size=8)
    assert not any(r["has_mask"] for k, r in by_key(version).items() if k.startswith("Train"))
    card = read_card(version)
    assert "1 forged faces have no mask: they are annotated with no polygon" in card.notes
    assert card.warnings == (
        "1 forged pictures show nothing forged: no pixel of their mask is in their crop "
        "(Train/tb.jpg/3); is another face forged than the one cropped?",
    )


def test_a_split_without_a_usable_face(root, tmp_path):
    write_json(root, "Val", coco([image(0, "va.jpg")], [face(0, 0, 1, bbox=[0, 0, 0, 0])]))
    with pytest.raises(
        PreparationError, match=r"the split validation of .* is empty: .*Val/va.jpg/0"
    ):
        prepare_openforensics(root, tmp_path / "out", size=8)
    write_json(root, "Val", coco([], []))
    with pytest.raises(PreparationError, match=r"the split validation of .* is empty: put"):
        prepare_openforensics(root, tmp_path / "out", size=8)
