import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.faces.boxes import Box
from data_prep.faces.follow import OVERLAP, Tracker, follow_faces, overlap

SMALL = Box(2, 2, 4, 4)
LARGE = Box(20, 10, 20, 20)


def follow_largest(looks):
    return follow_faces(looks)[0]


def test_overlap_by_hand():
    assert overlap(LARGE, LARGE) == 1
    assert overlap(LARGE, Box(40, 10, 20, 20)) == 0  # they touch
    assert overlap(LARGE, Box(100, 100, 5, 5)) == 0
    speck = Box(0, 0, 1e-200, 1e-200)
    assert overlap(speck, speck) == 0  # its area is 0 in floating point
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


def test_numbers_as_faces_appear():
    tracker = Tracker()
    assert tracker.follow([SMALL, LARGE]) == [0, 1]
    assert tracker.follow([]) == []
    assert tracker.follow([LARGE, Box(45, 45, 9, 9)]) == [1, 2]
    assert tracker.follow([SMALL]) == [0]


def test_patience_by_hand():
    for patience, number in ((0, 2), (2, 2), (3, 0), (None, 0)):
        tracker = Tracker(patience)
        looks = [tracker.follow([LARGE]), *(tracker.follow([SMALL]) for _ in range(3))]
        assert looks == [[0], [1], [1], [1]]
        assert tracker.follow([LARGE]) == [number]


def test_what_is_given_up_is_not_remembered():
    tracker = Tracker(patience=4)
    for look in range(100):
        tracker.follow([Box(30 * look, 0, 9, 9), Box(30 * look, 50, 9, 9)])
    # Seen now, or missing in 0, 1, 2, 3 or 4 looks before it.
    assert len(tracker.known) == 2 * 6


def tracks_by_hand(looks):
    """The rules, read slowly: of all pairs that overlap enough the best is taken, again and again.

    Of equally good pairs the one whose face appeared first, then whose box was given first.
    """
    last, numbers = [], []
    for boxes in looks:
        mine: dict[int, int] = {}
        while pairs := [
            (face, place)
            for face, before in enumerate(last)
            for place, box in enumerate(boxes)
            if face not in mine.values() and place not in mine and overlap(before, box) >= OVERLAP
        ]:
            face, place = max(pairs, key=lambda pair: overlap(last[pair[0]], boxes[pair[1]]))
            mine[place] = face
        for place, box in enumerate(boxes):
            if place in mine:
                last[mine[place]] = box
            else:
                mine[place] = len(last)
                last.append(box)
        numbers.append([mine[place] for place in range(len(boxes))])
    return numbers


corners, sides = st.integers(0, 12), st.integers(3, 9)
some_boxes = st.lists(st.builds(Box, corners, corners, sides, sides), max_size=4)


@given(st.lists(some_boxes, max_size=8))
def test_a_tracker_that_gives_up_no_face_follows_them_all(looks):
    tracker = Tracker(patience=None)
    numbers = [tracker.follow(boxes) for boxes in looks]
    assert numbers == tracks_by_hand(looks)
    faces = {}
    for look, of_look in enumerate(numbers):
        for place, face in enumerate(of_look):
            faces.setdefault(face, [None] * len(looks))[look] = looks[look][place]
    of_boxes = [tuple(face) for face in faces.values()]
    followed = follow_faces(looks)
    assert sorted(map(str, followed)) == sorted(map(str, of_boxes))
    areas = [sum(box.width * box.height for box in face if box) for face in followed]
    assert areas == sorted(areas, reverse=True)


@given(st.lists(some_boxes, max_size=8))
def test_patience_longer_than_the_video_changes_nothing(looks):
    patient, endless = Tracker(len(looks)), Tracker(None)
    for boxes in looks:
        assert patient.follow(boxes) == endless.follow(boxes)
