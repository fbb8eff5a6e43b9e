import numpy as np
import pytest

from jaxticket.statistics import by_video

VIDEOS = np.array(["b", "a", "b", "a", "b"])
LABELS = np.array([1, 0, 1, 0, 1])
GROUPS = np.array(["x", "x", "x", "x", "x"])


def test_frames_are_averaged():
    scores = np.array([[1.0, 2, 3, 4, 5], [0, 0, 0, 1, 3]])
    found = by_video(VIDEOS, LABELS, GROUPS, scores)
    assert found.names.tolist() == ["a", "b"]
    assert found.labels.tolist() == [0, 1]
    assert found.groups.tolist() == ["x", "x"]
    assert found.scores.tolist() == [[3, 3], [0.5, 1]]
    assert found.first.tolist() == [1, 0]
    assert by_video(VIDEOS, LABELS, GROUPS, scores[0]).scores.tolist() == [3, 3]


def test_what_is_forged_and_what_is_not_in_one_picture_are_averaged_apart():
    found = by_video(VIDEOS, np.array([1, 0, 0, 0, 1]), GROUPS, np.array([1.0, 2, 3, 4, 5]))
    assert found.names.tolist() == ["a", "b", "b"]
    assert found.labels.tolist() == [0, 0, 1]
    assert found.scores.tolist() == [3, 3, 3]
    assert found.first.tolist() == [1, 2, 0]


def test_a_video_has_one_group():
    with pytest.raises(ValueError, match="video 'a' has frames of the groups x and y"):
        by_video(VIDEOS, LABELS, np.array(["x", "x", "x", "y", "x"]), np.zeros(5))


def test_lengths_must_agree():
    with pytest.raises(ValueError, match="4 scores"):
        by_video(VIDEOS, LABELS, GROUPS, np.zeros(4))
