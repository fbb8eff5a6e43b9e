"""The names that columns may have."""

import pytest

from experiments.auditing.columns import NAMES, find_columns, read_named


def found(heads, **named):
    return {role: at for role, (at, _) in find_columns(heads.split(","), named, "s.csv").items()}


def test_no_name_is_for_two_things():
    every = [name for names in NAMES.values() for name in names]
    assert len(every) == len(set(every))


def test_columns_are_found_by_what_people_call_them():
    assert found("Video Path,y_true,prob") == {"video": 0, "label": 1, "score": 2}
    assert found("image-name,target,logit,ckpt") == {
        "path": 0, "label": 1, "score": 2, "checkpoint": 3
    }  # fmt: skip
    # The better name where there are two.
    assert found("path,pred,prob,label_str,label") == {"path": 0, "score": 2, "label": 4}
    # A frame alone is a path; beside a video it is a number.
    assert found("frame,label,score")["path"] == 0
    assert found("frame,video,label,score")["frame"] == 0


def test_other_names_can_be_said():
    assert found("clipfile,truthy,p1", **read_named(["video:clipfile", "label:truthy", "score:P1"]))
    with pytest.raises(ValueError, match=r"no column 'sore'.*did you mean score"):
        found("path,label,score", score="sore")
    with pytest.raises(ValueError, match="--columns=score: write what the column is for"):
        read_named(["score"])


@pytest.mark.parametrize(
    ("heads", "message"),
    [
        ("path,label", "no column for score"),
        ("path,score", "no column for label"),
        ("label,score", "no column for path or video"),
        ("path,label,score,score", "two columns 'score'"),
    ],
)
def test_what_is_lacking_is_said_with_what_there_is(heads, message):
    with pytest.raises(ValueError, match=message):
        found(heads)
