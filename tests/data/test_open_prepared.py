import json
import shutil
import subprocess
import sys

import numpy as np
import pytest
import tensorflow_datasets as tfds

from data_prep.checks.complete import PreparationError
from data_prep.prepared.builder import open_builder
from data_prep.prepared.card import read_card
from data_prep.prepared.write_once import is_whole
from jaxticket.data.prepared import NotPreparedError, open_prepared, records


@pytest.fixture
def copied(version_folder, tmp_path):
    """A copy of the prepared set that a test may damage."""
    return shutil.copytree(version_folder, tmp_path / "set/config/1.0.0")


def test_what_is_known_of_the_set(version_folder):
    opened = open_prepared(version_folder)
    card = read_card(version_folder)
    assert opened.path == version_folder
    assert (opened.name, opened.fingerprint) == (card.name, card.fingerprint)
    assert (opened.synthetic, opened.methods) == (False, ("real", "fake"))
    assert opened.splits == {"train": 20, "validation": 5, "test": 7}


def test_a_parent_of_one_set_is_enough(version_folder):
    assert open_prepared(str(version_folder.parents[2])).path == version_folder


def test_synthetic_comes_from_the_card(copied):
    card = json.loads((copied / "data_card.json").read_text())
    (copied / "data_card.json").write_text(json.dumps(card | {"synthetic": True}))
    assert open_prepared(copied).synthetic is True


def test_without_a_card_the_files_give_the_fingerprint(copied, tmp_path):
    (copied / "data_card.json").unlink()
    first = open_prepared(copied)
    assert len(first.fingerprint) == 64
    assert (first.name, first.synthetic) == ("picture_folder", False)
    again = shutil.copytree(copied, tmp_path / "again/config/1.0.0")
    assert open_prepared(again).fingerprint == first.fingerprint
    file = again / "picture_folder-test.array_record-00000-of-00001"
    file.write_bytes(file.read_bytes() + b"\0")
    assert open_prepared(again).fingerprint != first.fingerprint


def test_no_such_folder(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere: prepare the data first.*data_prep"):
        open_prepared(tmp_path / "nowhere")


def test_a_folder_that_is_not_prepared(tmp_path):
    (tmp_path / "Train/Real").mkdir(parents=True)
    with pytest.raises(NotPreparedError, match=r"is not a prepared set.*data_prep\.folder"):
        open_prepared(tmp_path)


def test_two_sets_have_to_be_told_apart(copied, tmp_path):
    shutil.copytree(copied, tmp_path / "set/other/1.0.0")
    with pytest.raises(NotPreparedError, match=r"2 prepared sets.*config/1\.0\.0, set/other/1"):
        open_prepared(tmp_path)


def test_an_interrupted_set_is_not_prepared(copied, tmp_path):
    copied.rename(tmp_path / "set/config/incomplete.ABC_1.0.0")
    with pytest.raises(NotPreparedError, match="is not a prepared set"):
        open_prepared(tmp_path)


def test_a_missing_record_file(copied):
    (copied / "picture_folder-test.array_record-00000-of-00001").unlink()
    with pytest.raises(NotPreparedError, match="lacks picture_folder-test"):
        open_prepared(copied)


def test_a_set_for_testing_has_no_train(copied):
    info = json.loads((copied / "dataset_info.json").read_text())
    info["splits"] = [split for split in info["splits"] if split["name"] == "test"]
    (copied / "dataset_info.json").write_text(json.dumps(info))
    opened = open_prepared(copied)
    assert list(opened.splits) == ["test"]
    with pytest.raises(ValueError, match="the split 'train' is unknown; use one of test"):
        records(opened, "train")


def test_a_missing_split(copied):
    info = json.loads((copied / "dataset_info.json").read_text())
    info["splits"] = [split for split in info["splits"] if split["name"] != "validation"]
    (copied / "dataset_info.json").write_text(json.dumps(info))
    with pytest.raises(NotPreparedError, match="has no records for validation"):
        open_prepared(copied)


def test_a_damaged_description(copied):
    (copied / "dataset_info.json").write_text("{")
    with pytest.raises(NotPreparedError, match="cannot be read"):
        open_prepared(copied)


def test_another_schema(copied):
    features = json.loads((copied / "features.json").read_text())
    fields = features["featuresDict"]["features"]
    del fields["group"], fields["video"]
    (copied / "features.json").write_text(json.dumps(features))
    with pytest.raises(NotPreparedError, match="lack group, video"):
        open_prepared(copied)


def test_reversed_labels_are_refused(copied):
    (copied / "label.labels.txt").write_text("fake\nreal\n")
    with pytest.raises(NotPreparedError, match="must be real = 0, fake = 1"):
        open_prepared(copied)


def test_records_keep_pictures_encoded(prepared):
    source = records(prepared, "test")
    assert len(source) == 7
    record = source[0]
    assert record["image"].startswith(b"\x89PNG")
    assert isinstance(record["key"], bytes)


def test_unknown_split(prepared):
    with pytest.raises(ValueError, match="'dev' is unknown; use one of train, validation, test"):
        records(prepared, "dev")


def test_importing_the_package_is_light():
    heavy = ("tensorflow_datasets", "grain", "cv2", "PIL", "tensorflow", "data_prep")
    code = f"import sys, jaxticket.data; print([m for m in {heavy} if m in sys.modules])"
    ended = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path), "JAX_PLATFORMS": "cpu"},
    )
    assert ended.stdout.strip() == "[]"


def test_tfds_agrees_on_the_splits(version_folder):
    sizes = {
        name: info.num_examples
        for name, info in tfds.builder_from_directory(version_folder).info.splits.items()
    }
    assert sizes == dict(open_prepared(version_folder).splits)
    assert np.sum(list(sizes.values())) == 32


@pytest.mark.parametrize("key", ["pythonClassName", "python_class_name", "type", "jsonFeature"])
def test_a_description_imports_nothing(copied, tmp_path, monkeypatch, key):
    (tmp_path / "theirs.py").write_text("raise SystemExit('their code was run')")
    monkeypatch.syspath_prepend(tmp_path)
    features = json.loads((copied / "features.json").read_text())
    features["featuresDict"]["features"]["key"][key] = "theirs.Text"
    (copied / "features.json").write_text(json.dumps(features))
    with pytest.raises(NotPreparedError, match="no class but TFDS's own is imported"):
        open_prepared(copied)
    with pytest.raises(PreparationError, match="no class but TFDS's own is imported"):
        open_builder(copied)


def test_names_of_records_that_are_no_pattern(copied):
    info = json.loads((copied / "dataset_info.json").read_text())
    info["splits"][0]["filepathTemplate"] = "{0}"
    (copied / "dataset_info.json").write_text(json.dumps(info))
    with pytest.raises(NotPreparedError, match=r"cannot be read \(Replacement index 0"):
        open_prepared(copied)


@pytest.mark.parametrize(("name", "said"), [("label", "labels"), ("method", "methods")])
def test_classes_without_names(copied, name, said):
    features = json.loads((copied / "features.json").read_text())
    fields = features["featuresDict"]["features"]
    fields[name] = fields["group"]
    (copied / "features.json").write_text(json.dumps(features))
    with pytest.raises(NotPreparedError, match=f"the {said} in"):
        open_prepared(copied)


def test_records_lie_in_the_folder(copied):
    info = json.loads((copied / "dataset_info.json").read_text())
    (copied / "dataset_info.json").write_text(json.dumps(info | {"name": "../theirs"}))
    with pytest.raises(NotPreparedError, match=r"has records elsewhere, in .*/\.\./theirs-"):
        open_prepared(copied)
    assert not is_whole(copied)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"key": None}, "it has no key"),
        ({"image": None}, "it has no image"),
        ({"video": b"\xff"}, "can't decode byte 0xff"),
        ({"label": 2}, "its label is 2, not from 0 to 1"),
        ({"method": -1}, "its method is -1, not from 0 to 1"),
    ],
)
def test_a_record_of_another_form(prepared, monkeypatch, changed, said):
    found = records(prepared, "train")
    monkeypatch.setattr(found, "_source", [dict(found[0]) | changed])
    with pytest.raises(NotPreparedError, match=rf"record 0 of train .* cannot be read \(.*{said}"):
        found[0]
