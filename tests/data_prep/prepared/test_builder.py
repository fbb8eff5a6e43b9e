import numpy as np
import pytest
import tensorflow_datasets as tfds
from tensorflow_datasets.core import dataset_builder, shuffle

from data_prep.prepared.builder import RecordsBuilder
from data_prep.prepared.write_once import build_records
from data_prep.schema import LABELS, NO_MASK, SPLITS, record

COUNT = 40


def records(split):
    for number in range(COUNT + SPLITS.index(split)):
        fake = number % 2
        key = f"{split}/{number}"
        yield (
            key,
            record(
                key=key,
                image=NO_MASK + bytes(number),
                label=fake,
                method=LABELS[fake],
                group=str(number // 2),
                video=key,
            ),
        )


def build(folder, given=records):
    return build_records("picture_folder", folder, "some", LABELS, given)


def keys_in_order(version):
    builder = tfds.builder_from_directory(version)
    encoded = {"image": tfds.decode.SkipDecoding(), "mask": tfds.decode.SkipDecoding()}
    return {
        split: [one["key"].decode() for one in builder.as_data_source(split, decoders=encoded)]
        for split in SPLITS
    }


def test_records_stand_in_the_order_of_tfds_itself(tmp_path, monkeypatch):
    ours = build(tmp_path / "ours")
    own = dataset_builder.GeneratorBasedBuilder._generate_splits
    monkeypatch.setattr(RecordsBuilder, "_generate_splits", own)
    theirs = build(tmp_path / "theirs")
    found = keys_in_order(ours)
    assert found == keys_in_order(theirs)
    assert [len(found[split]) for split in SPLITS] == [40, 41, 42]
    assert found["train"] != sorted(found["train"])
    for name in ("dataset_info.json", "features.json"):
        assert (ours / name).read_text() == (theirs / name).read_text()


def test_a_split_of_any_size_goes_through_the_disk(tmp_path, monkeypatch):
    """TFDS's own buffer never sees a record: past it, TensorFlow would be needed."""
    monkeypatch.setattr(shuffle, "MAX_MEM_BUFFER_SIZE", 10)
    assert len(keys_in_order(build(tmp_path))["test"]) == 42


def test_two_records_of_one_key(tmp_path):
    def twice(split):
        yield from records(split)
        yield next(records(split))

    with pytest.raises(ValueError, match="two records of the split train have one key"):
        build(tmp_path, twice)


def test_an_error_of_the_records_passes_and_leaves_no_set(tmp_path):
    def failing(split):
        yield next(records(split))
        raise np.exceptions.AxisError("here")

    with pytest.raises(np.exceptions.AxisError, match="here"):
        build(tmp_path, failing)
    assert not list(tmp_path.rglob("*.array_record*"))
