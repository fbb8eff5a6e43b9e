import os

import pytest

from data_prep.checks.complete import PreparationError
from data_prep.folder import prepare_folder
from data_prep.openforensics import prepare_openforensics
from data_prep.openforensics.__main__ import Config, main
from data_prep.prepared.card import read_card
from tests.data_prep.openforensics.release_files import (
    change,
    face,
    write_picture,
    write_release,
)
from tests.data_prep.records_of import by_key


@pytest.fixture
def root(tmp_path):
    return write_release(tmp_path / "release")


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


def test_errors_of_the_command(root, tmp_path, capsys):
    change(root, "Train", lambda c: c["annotations"].append(face(1, 0, 0)))
    assert main(Config(source=root, data_dir=tmp_path / "out")) == 2
    err = capsys.readouterr().err
    assert err.startswith("error: ")
    assert "Train_poly.json: the annotation id 1 stands there twice" in err
