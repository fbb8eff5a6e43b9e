import json
from pathlib import Path

import numpy as np
import pytest
import tensorflow_datasets as tfds
from tensorflow_datasets.core.utils import shard_utils

from data_prep.prepared.records import _files, write_records
from data_prep.schema import LABELS, NO_MASK, SPLITS, features, record

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
    return write_records("picture_folder", folder, "some", LABELS, given)


def keys_in_order(version):
    builder = tfds.builder_from_directory(version)
    encoded = {"image": tfds.decode.SkipDecoding(), "mask": tfds.decode.SkipDecoding()}
    return {
        split: [one["key"].decode() for one in builder.as_data_source(split, decoders=encoded)]
        for split in SPLITS
    }


class Own(tfds.core.GeneratorBasedBuilder, skip_registration=True):
    """What TFDS itself writes."""

    name = "picture_folder"
    VERSION = tfds.core.Version("1.0.0")

    def _info(self):
        return tfds.core.DatasetInfo(builder=self, features=features(LABELS))

    def _split_generators(self, dl_manager):
        return {split: records(split) for split in SPLITS}

    def _generate_examples(self, *arguments):
        raise NotImplementedError


def test_records_stand_in_the_order_and_files_of_tfds_itself(tmp_path):
    ours = build(tmp_path / "ours")
    own = Own(data_dir=tmp_path / "own", file_format="array_record")
    own.download_and_prepare()
    theirs = Path(own.data_dir)
    found = keys_in_order(ours)
    assert found == keys_in_order(theirs)
    assert [len(found[split]) for split in SPLITS] == [40, 41, 42]
    assert found["train"] != sorted(found["train"])
    assert {path.name for path in ours.iterdir()} == {path.name for path in theirs.iterdir()}
    assert (ours / "features.json").read_text() == (theirs / "features.json").read_text()
    said, wanted = (
        json.loads((version / "dataset_info.json").read_text()) for version in (ours, theirs)
    )
    assert said.pop("moduleName", "") != wanted.pop("moduleName")
    assert said == wanted


@pytest.mark.parametrize(
    ("size", "count"),
    [
        (0, 1), (100 << 20, 500), (128 << 20, 500), (127 << 20, 90_000), (1 << 30, 3),
        (9 << 30, 70), (70 << 30, 99_999), (400 << 30, 999),
    ],
)  # fmt: skip
def test_as_many_files_as_tfds_makes(size, count):
    assert _files(size, count) == shard_utils.ShardConfig.calculate_number_shards(size, count)


def test_several_files_hold_all_records_in_order(tmp_path, monkeypatch):
    one = keys_in_order(build(tmp_path / "one"))
    monkeypatch.setattr("data_prep.prepared.records._LEAST", 1000)
    several = build(tmp_path / "several")
    assert len(list(several.glob("*-test.array_record-*"))) > 4
    assert keys_in_order(several) == one


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
