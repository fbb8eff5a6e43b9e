"""Predictions come back from their CSV as they were; a damaged file is named with what to do."""

from dataclasses import fields, replace

import numpy as np
import pytest

from jaxticket.runs import Damaged
from jaxticket.runs.predictions import Predictions, read_predictions, write_predictions

LINES = (
    "key,group,video,method,label,logit,compression\n"
    "a,g,v,real,0,-0.5,c23\n"
    '"b, 2",h,w,Swap,1,0.333333343,\n'
)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "predictions_test.csv"
    path.write_text(LINES, newline="")
    return path


def same(one, other):
    for field in fields(Predictions):
        np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name))


def test_columns_become_arrays(path):
    found = read_predictions(path, "")
    assert (found.keys.tolist(), found.groups.tolist()) == (["a", "b, 2"], ["g", "h"])
    assert (found.videos.tolist(), found.methods.tolist()) == (["v", "w"], ["real", "Swap"])
    assert (found.labels.tolist(), found.compressions.tolist()) == ([0, 1], ["c23", ""])
    np.testing.assert_array_equal(found.logits, np.array([-0.5, 1 / 3], np.float32))
    assert found.right.tolist() == [True, True]
    write_predictions(path, found)
    assert path.read_text() == LINES


@pytest.mark.parametrize("key", ["a\u2028b.png", "a\x85b.png", 'a "b", c.png', "a\nb.png", ""])
@pytest.mark.parametrize("count", [1, 0])
def test_any_key_comes_back(path, key, count):
    answers = Predictions(
        *(np.full(count, text) for text in (key, "g", "v", "real")), np.zeros(count, int),
        np.ones(count, np.float32), np.full(count, "c40"),
    )  # fmt: skip
    write_predictions(path, answers)
    same(read_predictions(path, ""), answers)


def test_a_logit_a_class(path):
    logits = np.array([[3, 1, 2], [0, 1 / 3, 0.1]], np.float32)
    answers = Predictions(
        *(np.array(list(pair)) for pair in ("ab", "gg", "vw")), np.array(["real", "Swap"]),
        np.array([0, 1]), logits, np.array(["", "c23"]), classes=("real", "Swap", "Blend"),
    )  # fmt: skip
    write_predictions(path, answers)
    assert path.read_text().splitlines()[:2] == [
        "key,group,video,method,label,predicted,logit_real,logit_Swap,logit_Blend,compression",
        "a,g,v,real,0,real,3,1,2,",
    ]
    same(read_predictions(path, ""), answers)


def test_of_older_runs_the_compression_is_not_known(path):
    path.write_text("key,group,video,method,label,logit\na,g,v,real,0,-0.5\n")
    assert read_predictions(path, "").compressions.tolist() == [""]


def test_two_networks_are_compared_by_key(path):
    answers = read_predictions(path, "")
    turned = replace(answers, keys=np.array(["b", "a"])).by_key()
    assert turned.keys.tolist() == ["a", "b"]
    assert (turned.labels.tolist(), turned.compressions.tolist()) == ([1, 0], ["", "c23"])
    assert turned.logits[1] == -0.5


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "cut off"),
        (LINES[:-5], "cut off"),
        (LINES[:80] + "\n", "columns of the first"),
        ("\n", "lacks the column key"),
        (LINES.replace("logit,", "score,"), "lacks the column logit"),
        (LINES.replace("group", "groups"), "lacks the column group"),
        (LINES.replace(",0,", ",2,"), "'2' is no label"),
        (LINES.replace(",0,", ",9e99,"), "no label"),
        (LINES.replace("-0.5", "high"), "high"),
        (LINES.replace("-0.5", "nan"), "not finite"),
        (LINES + "c" * 200_000 + "\n", "field larger"),
        ("[]\n", "lacks the column key"),
        ("\udcff" + LINES, "utf-8"),
    ],
)
def test_a_damaged_file_is_named_with_what_to_do(path, text, reason):
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(Damaged, match=rf"test\.csv is damaged \(.*{reason}.*\): make it again"):
        read_predictions(path, "make it again")


def test_every_cut_of_a_file_is_seen(path):
    whole = path.read_bytes()
    ends = {place + 1 for place, byte in enumerate(whole) if byte == ord("\n")}
    for size in set(range(len(whole))) - ends:
        path.write_bytes(whole[:size])
        with pytest.raises(Damaged):
            read_predictions(path, "")


def test_names_that_are_formulas_come_back(tmp_path):
    names = np.array(["=1+1", "-a", "'=b", "'c"])
    answers = Predictions(
        names, names, names, names, np.array([0, 1, 0, 1]),
        np.array([-1.5, 2, -3e-7, 4], np.float32), np.full(4, "")
    )  # fmt: skip
    write_predictions(tmp_path / "a.csv", answers)
    assert "\n'=1+1," in (tmp_path / "a.csv").read_text()
    back = read_predictions(tmp_path / "a.csv", "")
    assert back.keys.tolist() == back.groups.tolist() == names.tolist()
    assert back.logits.tolist() == answers.logits.tolist()
