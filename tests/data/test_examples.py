import gc
import io
import weakref

import numpy as np
import pytest
from PIL import Image

from data_prep.schema import record
from jaxticket import limits
from jaxticket.data import examples as examples_module
from jaxticket.data import load_examples, subset
from jaxticket.data.examples import COLUMNS
from jaxticket.data.prepared import NotPreparedError, records
from jaxticket.decoding import UndecodableError, decode_square


def png(pixels) -> bytes:
    out = io.BytesIO()
    Image.fromarray(np.asarray(pixels, np.uint8)).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def fake_records(monkeypatch):
    """Puts records in place of a prepared set's."""

    def put(*found):
        decoded = [
            {
                name: value.encode() if isinstance(value, str) and name != "method" else value
                for name, value in one.items()
            }
            | {"image": one["image"].getvalue(), "mask": one["mask"].getvalue()}
            | {"method": ("real", "fake").index(one["method"])}
            for one in found
        ]
        monkeypatch.setattr(examples_module, "records", lambda prepared, split: decoded)

    return put


def test_labels_and_names_belong_together(prepared):
    examples = load_examples(prepared, "train", 12)
    assert len(examples) == 20
    assert examples.labels.dtype == np.int32
    assert sorted(examples.keys)[0] == "train/fake/0.png"
    for key, group, video, method, label in zip(
        examples.keys,
        examples.groups,
        examples.videos,
        examples.methods,
        examples.labels,
        strict=True,
    ):
        assert key.split("/")[1] == method == ("real", "fake")[label]
        assert key == group == video
    assert examples.labels.sum() == 7
    assert not examples.has_masks.any()


@pytest.mark.parametrize("memory_limit", [0, 1 << 30])
def test_pictures_are_those_of_the_records(prepared, memory_limit):
    examples = load_examples(prepared, "test", 6, memory_limit=memory_limit)
    assert examples.in_memory is (memory_limit > 0)
    source = records(prepared, "test")
    chosen = [5, 0, 5]
    images = examples.images(chosen)
    assert images.dtype == np.uint8
    assert images.shape == (3, 6, 6, 3)
    for image, index in zip(images, chosen, strict=True):
        np.testing.assert_array_equal(image, decode_square(source[index]["image"], 6))
        assert examples.keys[index] == source[index]["key"].decode()


def test_the_memory_limit_is_inclusive(prepared):
    needed = 7 * 6 * 6 * 3
    assert load_examples(prepared, "test", 6, memory_limit=needed).in_memory
    assert not load_examples(prepared, "test", 6, memory_limit=needed - 1).in_memory


def test_changing_a_batch_leaves_the_examples(prepared):
    examples = load_examples(prepared, "test", 6)
    first = examples.images(np.arange(2))
    before = first.copy()
    first[:] = 0
    np.testing.assert_array_equal(examples.images(np.arange(2)), before)


def test_masks(prepared, fake_records):
    region = np.zeros((4, 4))
    region[:, 2:] = 255
    shared = {"image": png(np.zeros((4, 4, 3))), "group": "g", "video": "v"}
    fake_records(
        record(key="a", label=0, method="real", **shared),
        record(key="b", label=1, method="fake", mask=png(region), **shared),
    )
    examples = load_examples(prepared, "train", 2)
    assert examples.has_masks.tolist() == [False, True]
    masks = examples.masks([1, 0])
    assert masks.dtype == np.bool_
    assert masks.tolist() == [[[False, True]] * 2, [[False, False]] * 2]


@pytest.mark.parametrize("memory_limit", [0, 1 << 30])
def test_a_damaged_picture_is_named(prepared, fake_records, memory_limit):
    fake_records(
        record(key="some/key.png", image=b"x", label=0, method="real", group="g", video="v")
    )
    with pytest.raises(UndecodableError, match=r"record some/key\.png: not a picture"):
        load_examples(prepared, "train", 2, memory_limit=memory_limit).images([0])


def test_a_name_that_would_be_long_for_all(prepared, monkeypatch):
    monkeypatch.setattr(limits, "NAMES_BYTES", 999)
    with pytest.raises(NotPreparedError, match=r"records of train in .* have a \w+ of \d+ char"):
        load_examples(prepared, "train", 2)


@pytest.mark.parametrize("size", [0, -1])
def test_the_size_must_be_positive(prepared, size):
    with pytest.raises(ValueError, match="must be positive"):
        load_examples(prepared, "train", size)


def test_the_split_must_be_known(prepared):
    with pytest.raises(ValueError, match="'dev' is unknown"):
        load_examples(prepared, "dev", 8)


def test_the_compression_is_read(prepared, fake_records):
    def one(key, compression):
        return record(
            key=key, image=png(np.zeros((4, 4, 3))), label=0, method="real", group="g", video=key,
            compression=compression,
        )  # fmt: skip

    fake_records(one("a", "c40"), one("b", ""))
    assert load_examples(prepared, "test", 4).compressions.tolist() == ["c40", ""]


@pytest.mark.parametrize("memory_limit", [0, 1 << 30])
def test_a_subset_has_the_chosen_rows_in_their_order(prepared, memory_limit):
    whole = load_examples(prepared, "test", 6, memory_limit=memory_limit)
    chosen = subset(whole, [5, 0, -1])
    assert (len(chosen), chosen.in_memory) == (3, memory_limit > 0)
    for name in COLUMNS:
        column = getattr(whole, name)
        assert getattr(chosen, name).tolist() == [column[5], column[0], column[6]], name
    np.testing.assert_array_equal(chosen.images([2, 0]), whole.images([6, 5]))
    assert chosen.masks([0, 1]).shape == (2, 6, 6)
    assert len(subset(whole, [])) == 0
    with pytest.raises(IndexError):
        subset(whole, [7])


def test_a_subset_in_memory_lets_the_other_pictures_go(prepared):
    whole = load_examples(prepared, "test", 6)
    chosen, expected = subset(whole, [3]), whole.images([3])
    pictures = weakref.ref(whole._images.__self__)
    del whole
    gc.collect()
    assert pictures() is None
    np.testing.assert_array_equal(chosen.images([0]), expected)
