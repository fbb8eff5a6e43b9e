import cv2
import numpy as np
import pytest

from data_prep.openforensics import prepare_openforensics
from data_prep.prepared.card import read_card
from tests.data_prep.encoded import decoded
from tests.data_prep.openforensics.release_files import (
    FAKE_CORNER,
    FAKE_SIDE,
    HEIGHT,
    WIDTH,
    noise,
    write_release,
)
from tests.data_prep.records_of import by_key

SPLITS = ("train", "validation", "test")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return write_release(tmp_path_factory.mktemp("whole") / "release")


@pytest.fixture(scope="module")
def version(whole, tmp_path_factory):
    return prepare_openforensics(whole, tmp_path_factory.mktemp("out"), size=FAKE_SIDE)


def test_every_record(version):
    found = by_key(version)
    assert sorted(found) == [
        f"{split}/{split[0].lower()}{name}.jpg/{number}"
        for split in ("Test-Dev", "Train", "Val")
        for name, numbers in (("a", (0, 1)), ("b", (2, 3)))
        for number in numbers
    ]
    splits = {"Train": "train", "Val": "validation", "Test-Dev": "test"}
    for key, record in found.items():
        picture, _, number = key.rpartition("/")
        assert record["split"] == splits[picture.partition("/")[0]]
        fake = int(number) % 2
        assert (record["label"], record["method"]) == (fake, fake)
        assert record["group"] == record["video"] == picture.encode()
        assert (record["frame"], record["compression"]) == (0, b"")
        assert record["has_mask"] == bool(fake)


def test_crops_and_masks_are_the_pictures_own_pixels(version):
    found = by_key(version)
    x, y = FAKE_CORNER
    for name in ("Train/ta.jpg", "Val/vb.jpg", "Test-Dev/ta.jpg"):
        number = 3 if "b" in name.rpartition("/")[2] else 1
        record = found[f"{name}/{number}"]
        crop = noise(name)[y : y + FAKE_SIDE, x : x + FAKE_SIDE]
        np.testing.assert_array_equal(decoded(record["image"]), crop)
        mask = np.zeros((HEIGHT, WIDTH), np.uint8)
        mask[12:28, 36:44] = 255
        expected = mask[y : y + FAKE_SIDE, x : x + FAKE_SIDE]
        np.testing.assert_array_equal(decoded(record["mask"]), expected)


def test_a_square_at_the_border_is_clamped_and_resized(version):
    # Centre (10, 16), side int(16 * 1.3) = 20: x from 0, y from 6.
    record = by_key(version)["Train/ta.jpg/0"]
    part = noise("Train/ta.jpg")[6:26, 0:20]
    larger = cv2.resize(part, (FAKE_SIDE, FAKE_SIDE), interpolation=cv2.INTER_CUBIC)
    np.testing.assert_array_equal(decoded(record["image"]), larger)


def test_the_card(version, whole):
    card = read_card(version)
    assert (card.name, card.source, card.synthetic) == ("release", str(whole), False)
    assert card.methods == ("real", "fake")
    assert card.pictures == {split: {"real": 2, "fake": 2} for split in SPLITS}
    assert card.by_method == {s: {"real": {"": 2}, "fake": {"": 2}} for s in SPLITS}
    assert card.groups == {"train": 2, "validation": 2, "test": 2}
    assert card.skipped == card.warnings == ()
    assert card.ignored == {"picture of Test-Challenge": 2}
    assert card.notes == (
        f"Train is train, Val is validation, Test-Dev is test; faces cropped to {FAKE_SIDE} pixels",
    )
