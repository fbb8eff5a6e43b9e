import io
import json
import os
import shutil
import subprocess
import sys

import cv2
import numpy as np
import pytest
import tensorflow_datasets as tfds
from PIL import Image

from data_prep.checks.complete import PreparationError
from data_prep.folder import prepare_folder
from data_prep.openforensics import prepare_openforensics
from data_prep.openforensics.__main__ import Config, main
from data_prep.openforensics.crops import read_faces
from data_prep.prepared.card import read_card
from jaxticket.data.prepared import open_prepared
from tests.data_prep.openforensics.release_files import (
    FAKE_CORNER,
    FAKE_SIDE,
    HEIGHT,
    WIDTH,
    coco,
    face,
    image,
    noise,
    write_json,
    write_picture,
    write_release,
)

SPLITS = ("train", "validation", "test")


def by_key(version):
    builder = tfds.builder_from_directory(version)
    encoded = {"image": tfds.decode.SkipDecoding(), "mask": tfds.decode.SkipDecoding()}
    return {
        record["key"].decode(): record | {"split": split}
        for split in SPLITS
        for record in builder.as_data_source(split, decoders=encoded)
    }


def decoded(png):
    opened = Image.open(io.BytesIO(png))
    assert opened.format == "PNG"
    return np.asarray(opened)


@pytest.fixture
def root(tmp_path):
    return write_release(tmp_path / "release")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return write_release(tmp_path_factory.mktemp("whole") / "release")


@pytest.fixture(scope="module")
def version(whole, tmp_path_factory):
    steps = []
    out = tmp_path_factory.mktemp("out")
    folder = prepare_openforensics(
        whole, out, size=FAKE_SIDE, on_progress=lambda *step: steps.append(step)
    )
    assert steps == [(done, 6) for done in range(1, 7)]
    return folder


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


def test_the_library_opens_it(version):
    opened = open_prepared(version)
    assert opened.methods == ("real", "fake")
    assert opened.splits == {"train": 4, "validation": 4, "test": 4}


def test_found_again(whole, version, monkeypatch):
    monkeypatch.setattr("data_prep.running.preparation.write_once", None)
    monkeypatch.setattr("data_prep.openforensics.records.read_annotations", None)
    out = version.parents[2]
    assert prepare_openforensics(str(whole), str(out), size=FAKE_SIDE) == version


def test_other_options_are_other_sets(root, tmp_path):
    out = tmp_path / "out"
    found = {
        prepare_openforensics(root, out, size=8),
        prepare_openforensics(root, out, size=9),
        prepare_openforensics(root, out, size=8, name="else"),
        prepare_openforensics(root, out, size=8, test="Test-Challenge"),
    }
    assert len(found) == 4
    challenge = max(found, key=lambda version: "Test-Challenge" in str(version))
    assert {key.partition("/")[0] for key in by_key(challenge)} == {
        "Train",
        "Val",
        "Test-Challenge",
    }


def change(root, split, edit):
    path = root / f"{split}_poly.json"
    content = json.loads(path.read_text())
    edit(content)
    path.write_text(json.dumps(content))


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
    assert "2 forged faces have no mask: no polygon meets their crop" in read_card(version).notes


def test_the_same_picture_in_two_splits_is_a_warning_or_an_error(root, tmp_path):
    shutil.copy(root / "Train/ta.jpg", root / "Test-Dev/ta.jpg")
    card = read_card(prepare_openforensics(root, tmp_path / "out", size=8))
    assert card.duplicates.across_splits == 2
    assert any("2 pictures stand in more than one split" in text for text in card.warnings)
    for out in ("out", "strict"):  # found prepared, and prepared
        with pytest.raises(PreparationError, match=r"no leaks are allowed \(strict\)"):
            prepare_openforensics(root, tmp_path / out, size=8, strict=True)


def test_a_split_without_a_usable_face(root, tmp_path):
    write_json(root, "Val", coco([image(0, "va.jpg")], [face(0, 0, 1, bbox=[0, 0, 0, 0])]))
    with pytest.raises(
        PreparationError, match=r"the split validation of .* is empty: .*Val/va.jpg/0"
    ):
        prepare_openforensics(root, tmp_path / "out", size=8)
    write_json(root, "Val", coco([], []))
    with pytest.raises(PreparationError, match=r"the split validation of .* is empty: none"):
        prepare_openforensics(root, tmp_path / "out", size=8)


def test_rendered_pictures_are_said_to_be(root, tmp_path):
    (root / "synthetic.json").write_text('{"generator": "g", "version": 1, "seed": 5}')
    card = read_card(prepare_openforensics(root, tmp_path / "out", size=8))
    assert card.synthetic
    assert card.notes[0].startswith("synthetic: rendered by g, version 1, seed 5")
    assert ".json file" not in card.ignored


@pytest.fixture
def derivative(tmp_path):
    root = tmp_path / "kaggle"
    for split in ("Train", "Validation", "Test"):
        for label in ("Fake", "Real"):
            for number in range(2):
                write_picture(root / "Dataset" / split / label / f"{label.lower()}_{number}.jpg")
    return root


def test_the_derivative_goes_the_road_of_folders(derivative, tmp_path):
    version = prepare_openforensics(derivative, tmp_path / "a")
    again = prepare_folder(derivative, tmp_path / "b")
    found = by_key(version)
    assert found == by_key(again)
    assert read_card(version).fingerprint == read_card(again).fingerprint
    assert len(found) == 12
    for key, record in found.items():
        assert record["label"] == ("Fake" in key)
        assert record["image"] == (derivative / "Dataset" / key).read_bytes()
        assert record["group"].decode() == key


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"size": 128}, "size"),
        ({"name": "kaggle"}, "name"),
        ({"test": "Test-Challenge", "size": 128}, "test and size"),
    ],
)
def test_options_that_the_derivative_has_not(derivative, tmp_path, options, named):
    with pytest.raises(PreparationError, match=f"taken as they are: leave out {named}, which only"):
        prepare_openforensics(derivative, tmp_path / "out", **options)
    assert not (tmp_path / "out").exists()
    assert prepare_openforensics(derivative, tmp_path / "out", size=256).is_dir()


def stop_after(pictures):
    def stop(done, total):
        if done == pictures:
            raise KeyboardInterrupt

    return stop


def test_a_killed_preparation_goes_on_with_the_pictures_that_are_done(
    root, tmp_path, monkeypatch, caplog
):
    (root / "Val/vb.jpg").write_bytes(b"")
    Image.fromarray(noise("grey")[..., 0]).save(root / "Train/tb.jpg", format="PNG")
    change(root, "Train", lambda c: c["annotations"][1].update(bbox=[WIDTH, 3, 9, 9]))
    with pytest.raises(KeyboardInterrupt):
        prepare_openforensics(root, tmp_path / "a", size=8, on_progress=stop_after(3))
    [kept] = (tmp_path / "a/open_forensics").glob(".kept-*")
    done = len(list(kept.iterdir()))
    assert 3 <= done < 5  # of Val one is bad; Test-Dev was not begun
    read = []

    def reading_faces(path, *arguments):
        read.append(path.name)
        return read_faces(path, *arguments)

    monkeypatch.setattr("data_prep.openforensics.records.read_faces", reading_faces)
    with caplog.at_level("INFO", "data_prep"):
        resumed = prepare_openforensics(root, tmp_path / "a", size=8)
    assert caplog.messages == [f"going on: {done} of 6 pictures are done"]
    assert len(read) == len(set(read)) == 6 - done
    straight = prepare_openforensics(root, tmp_path / "b", size=8)
    assert list((tmp_path / "a/open_forensics").glob(".kept-*")) == []
    assert by_key(resumed) == by_key(straight)
    card = read_card(resumed)
    assert card == read_card(straight)
    assert [name for name, _ in card.skipped] == ["Train/ta.jpg/1", "Val/vb.jpg"]
    assert card.conversions == {"grey": 2}


def test_what_another_preparation_has_done_is_not_taken(root, tmp_path, caplog):
    with pytest.raises(KeyboardInterrupt):
        prepare_openforensics(root, tmp_path / "out", size=8, on_progress=stop_after(3))
    os.utime(root / "Train/ta.jpg", (0, 0))
    with caplog.at_level("INFO", "data_prep"):
        prepare_openforensics(root, tmp_path / "out", size=9)
        prepare_openforensics(root, tmp_path / "out", size=8)
    assert caplog.messages == []


def test_neither_layout(tmp_path):
    write_picture(tmp_path / "Train/a.jpg")
    with pytest.raises(PreparationError, match=r"has no \*_poly.json.*the official release is"):
        prepare_openforensics(tmp_path, tmp_path / "out")
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        prepare_openforensics(tmp_path / "missing", tmp_path / "out")


@pytest.mark.parametrize(
    ("options", "message"), [({"size": 0}, "size is 0"), ({"test": "Val"}, "test is 'Val'")]
)
def test_wrong_options(root, tmp_path, options, message):
    with pytest.raises(PreparationError, match=message):
        prepare_openforensics(root, tmp_path / "out", **options)


def test_the_command(root, tmp_path):
    command = [
        sys.executable, "-m", "data_prep.openforensics", f"--source={root}",
        f"--out={tmp_path / 'out'}", "--size=8", "--test=Test-Challenge", "--name=mine", "--strict",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=os.environ)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Data card of mine" in done.stdout
    assert f"prepared set: {tmp_path / 'out'}/open_forensics/mine-Test-Challenge-8-" in done.stdout


def test_errors_of_the_command(root, tmp_path, capsys):
    change(root, "Train", lambda c: c["annotations"].append(face(1, 0, 0)))
    assert main(Config(source=root, out=tmp_path / "out")) == 1
    err = capsys.readouterr().err
    assert err.startswith("error: ")
    assert "Train_poly.json: the annotation id 1 stands there twice" in err
