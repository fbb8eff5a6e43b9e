import threading

import pytest

from data_prep.checks.complete import PreparationError
from data_prep.media.video import BadVideoError
from data_prep.prepared.card import Seen
from data_prep.running.pieces import Packed, Pieces
from data_prep.running.preparation import Preparation, Sample, Skipped
from data_prep.schema import NO_MASK


def read(item):
    if item == 13:
        raise BadVideoError("unlucky")
    return [item, -item]


def samples(item, piece):
    """Two pictures of an item; the second of 5 is left out."""
    for number in piece:
        seen = Seen(f"v/{number}", "train", 0, "g", "f", "p", method="real")
        yield Skipped("v/-5", "odd") if number == -5 else Sample(seen, NO_MASK, f"v{item}")


def preparation(root, **others):
    given = {
        "root": root,
        "sizes": {"train": 4, "test": 1},
        "items": {"train": [3, Skipped("v/4", "not there"), 13, 5], "test": [13]}.__getitem__,
        "name": "v/{}".format,
        "read": read,
        "samples": samples,
    }
    return Preparation(**given | others)


def test_records_and_what_is_left_out(tmp_path):
    steps = []
    made = preparation(tmp_path, on_progress=lambda *step: steps.append(step))
    records = list(made.records("train"))
    assert [key for key, _ in records] == ["v/3", "v/-3", "v/5"]
    assert [record["video"] for _, record in records] == ["v3", "v3", "v5"]
    assert [seen.key for seen in made.seen] == ["v/3", "v/-3", "v/5"]
    assert made.skipped == [("v/4", "not there"), ("v/13", "unlucky"), ("v/-5", "odd")]
    # What was not there counts first.
    assert steps == [(1, 5), (2, 5), (3, 5), (4, 5)]


def test_the_limit(tmp_path):
    with pytest.raises(PreparationError, match=r"more than 2 things .*(\n.*)*v/-5: odd"):
        list(preparation(tmp_path, skip_limit=2, kind="things").records("train"))
    with pytest.raises(PreparationError, match=r"more than 0 pictures .*\n  v/4: not there$"):
        next(preparation(tmp_path, skip_limit=0).records("train"))


def test_an_empty_split(tmp_path):
    text = "none of its 1 pictures can be used, for example v/13: unlucky"
    with pytest.raises(PreparationError, match=text):
        list(preparation(tmp_path).records("test"))
    # Where nothing is listed there is none, as in a set for testing only.
    assert not list(preparation(tmp_path, items=lambda split: []).records("test"))


def test_items_that_are_done_are_not_read_again(tmp_path):
    pieces = Pieces(tmp_path, lambda piece: Packed({"of": piece}, {}), lambda about, _: about["of"])
    first = preparation(tmp_path, pieces=pieces)
    before = list(first.records("train"))
    again = preparation(tmp_path, pieces=pieces, read=lambda item: read(13))  # reads no more
    after = list(again.records("train"))
    assert [key for key, _ in after] == [key for key, _ in before]
    assert again.skipped == first.skipped


def test_only_so_many_items_wait_in_memory(tmp_path):
    begun, enough = [], threading.Event()

    def counted(item):
        begun.append(item)
        if len(begun) == 2:
            enough.set()
        return [item]

    items = list(range(20, 60))
    made = preparation(
        tmp_path, items=lambda split: items, sizes={"train": 40}, read=counted, ahead=2
    )
    records = made.records("train")
    next(records)
    assert enough.wait(10)
    assert len(begun) <= 2
    assert len(list(records)) == 39
