import pytest

from data_prep.faces.boxes import Box
from data_prep.faces.follow import follow_faces, overlap

SMALL = Box(2, 2, 4, 4)
LARGE = Box(20, 10, 20, 20)


def follow_largest(looks):
    return follow_faces(looks)[0]


def test_overlap_by_hand():
    assert overlap(LARGE, LARGE) == 1
    assert overlap(LARGE, Box(40, 10, 20, 20)) == 0  # they touch
    assert overlap(LARGE, Box(100, 100, 5, 5)) == 0
    assert overlap(Box(0, 0, 4, 4), Box(2, 0, 4, 4)) == pytest.approx(8 / 24)
    assert overlap(Box(0, 0, 4, 4), Box(1, 1, 2, 2)) == pytest.approx(4 / 16)


def test_nothing_to_follow():
    assert follow_faces([]) == []
    assert follow_faces([[], []]) == []


def test_all_faces_the_largest_first():
    assert follow_faces([[SMALL], [LARGE, SMALL], [LARGE]]) == [
        (None, LARGE, LARGE),
        (SMALL, SMALL, None),
    ]


def test_the_largest_face_whatever_the_order():
    assert follow_largest([[SMALL, LARGE], [LARGE, SMALL]]) == (LARGE, LARGE)


def test_a_moving_face_is_followed():
    moving = [Box(4 * step, 5, 20, 20) for step in range(6)]
    other = Box(44, 5, 19, 19)
    assert follow_largest([[other, box] if step < 4 else [box]
                           for step, box in enumerate(moving)]) == tuple(moving)  # fmt: skip


def test_missing_frames_are_none_and_the_face_is_taken_up_again():
    assert follow_largest([[LARGE], [], [SMALL], [LARGE], []]) == (LARGE, None, None, LARGE, None)


def test_a_false_alarm_is_not_followed():
    alarm = Box(0, 0, 30, 30)
    assert follow_largest([[alarm], [LARGE], [LARGE], [LARGE]]) == (None, LARGE, LARGE, LARGE)


def test_the_best_pairs_come_first():
    # Both boxes of the second look overlap with A; the one that overlaps more is A.
    a, b = Box(0, 0, 10, 10), Box(30, 0, 9, 9)
    worse, better = Box(4, 0, 10, 10), Box(1, 0, 10, 10)
    assert overlap(a, worse) > 0.3
    assert follow_largest([[a, b], [worse, better], [better]]) == (a, better, better)


def test_a_face_takes_one_box_only():
    a, near = Box(0, 0, 10, 10), Box(0, 0, 9, 9)
    assert follow_largest([[a], [a, near], [near]]) == (a, a, None)


def test_boxes_that_overlap_too_little_are_other_faces():
    # 10 x 10, moved by 5: 50 / 150. Moved by 6: 40 / 160.
    start = Box(0, 0, 10, 10)
    assert follow_largest([[start], [Box(5, 0, 10, 10)]]) == (start, Box(5, 0, 10, 10))
    assert follow_largest([[start], [Box(6, 0, 10, 10)]]) == (start, None)
