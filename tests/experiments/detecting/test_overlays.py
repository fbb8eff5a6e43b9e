"""What is drawn over pictures: where, in which colour and form, and never outside."""

import numpy as np
import pytest
from PIL import ImageColor

from experiments.detecting.findings import Face, Look
from experiments.detecting.labels import Rectangle, labels
from experiments.detecting.overlays import (
    COLOURS,
    SMALLEST,
    Marked,
    overlay,
    overlay_of,
    percent,
)
from experiments.detecting.views import View

GROUND = 90
ANSWERS = ("signs of forgery", "cannot tell", "no sign found")


def ground(width, height):
    return np.full((height, width, 3), GROUND, np.uint8)


def changed(drawn):
    """Return left, top, right and bottom of what is no longer the ground."""
    rows, columns = np.nonzero((drawn != GROUND).any(axis=-1))
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


def has(drawn, answer):
    return (drawn == ImageColor.getrgb(COLOURS[answer])).all(axis=-1)


@pytest.mark.parametrize("side", [200, 1000, 4000])
def test_letters_grow_with_the_picture_and_stay_in_it(side):
    box = (side * 0.7, 0, side * 0.3, side * 0.3)
    drawn = overlay(ground(side, side // 2), [Marked(1, box, "signs of forgery", 0.97)])
    large = drawn.shape[1]
    assert large == (side if side > 400 else 3 * side)
    _, top, right, _ = changed(drawn)
    assert (top, right) == (0, large)
    label = has(drawn, "signs of forgery")[round(0.3 * large) :].any(axis=1)  # below the face
    assert large / 50 < label.sum() < large / 10


def test_the_answer_is_told_by_the_form_too():
    filled = []
    for answer in (*ANSWERS, None):
        drawn = overlay(ground(600, 600), [Marked(1, (100, 200, 300, 300), answer, 0.5)])
        line = has(drawn, answer)[202, 101:399]
        assert (drawn[200, 100:400] == 0).all()  # the black line around it
        filled.append((line.mean(), np.abs(np.diff(line.astype(int))).sum()))
    (solid, no_gaps), (dashed, few), (dotted, many), (uncalibrated, none) = filled
    assert solid == uncalibrated == 1
    assert no_gaps == none == 0
    assert 0.5 < dashed < 0.75
    assert 0.25 < dotted < 0.45
    assert 10 < few < many / 2
    assert len({COLOURS[answer] for answer in (*ANSWERS, None)}) == 4


def test_the_map_lies_on_its_quarter_of_the_face():
    strength = np.zeros((4, 4), np.float32)
    strength[:2, 2:] = 3.0
    face = Marked(1, (100, 200, 320, 320), "cannot tell", 0.5, strength)
    drawn = overlay(ground(600, 600), [face]).astype(int)
    inner = drawn[220:500, 120:400]
    coloured = np.ptp(inner, axis=-1) > 20
    assert coloured[:100, 180:].all()
    assert not coloured[180:].any()
    assert not coloured[:, :100].any()
    outside = drawn.copy()
    outside[200:520, 100:420] = GROUND
    assert (outside[:, 420:] == GROUND).all()
    empty = Marked(1, face.box, "cannot tell", 0.5, np.zeros((4, 4)))
    assert (overlay(ground(600, 600), [empty])[220:500, 120:400] == GROUND).all()


def test_the_picture_itself_is_left_as_it_was():
    picture = ground(600, 400)
    overlay(picture, [Marked(1, (50, 150, 100, 100), None, 0.5, np.ones((2, 2)))])
    assert (picture == GROUND).all()
    assert (overlay(picture, []) == picture).all()


@pytest.mark.parametrize("box", [(-50, -50, 90, 90), (290, 290, 90, 90), (310, 5, 40, 40)])
def test_boxes_that_leave_the_picture_are_drawn_at_its_edge(box):
    drawn = overlay(ground(300, 300), [Marked(7, box, "no sign found", 0.001)])
    assert drawn.shape == (300, 300, 3)
    assert has(drawn, "no sign found").sum() > 500


def test_a_crop_of_64_pixels_is_enlarged():
    drawn = overlay(ground(64, 80), [Marked(1, (0, 0, 64, 80), "signs of forgery", 1.0)])
    assert drawn.shape == (5 * SMALLEST // 4, SMALLEST, 3)


def test_a_view_shows_the_faces_of_its_frame_and_maps_of_the_crops_it_holds():
    def face(number, frames, square):
        looks = [
            Look(frame=frame, seconds=0.0, box=(*square[:2], 50, 50), square=square, score=1.0)
            for frame in frames
        ]
        return Face(number=number, looks=looks, score=1.0, answer=ANSWERS[number], probability=0.7)

    faces = [
        face(0, [3, 4], (50, 100, 100)),
        face(1, [4], (250, 100, 100)),
        face(2, [3], (450, 100, 100)),
    ]
    crops = {1: np.full((8, 8, 3), 7, np.uint8)}
    seen = []

    def maps(crops):
        seen.append(crops)
        return np.ones((len(crops), 2, 2), np.float32)

    drawn = overlay_of(View(4, ground(600, 300), crops), faces, maps).astype(int)
    assert [has(drawn, answer).any() for answer in ANSWERS] == [True, True, False]
    assert [crop.shape for crop in seen] == [(1, 8, 8, 3)]
    assert (drawn[110:190, 60:140] == GROUND).all()
    assert (np.ptp(drawn[110:190, 260:340], axis=-1) > 20).all()
    bare = overlay_of(View(4, ground(600, 300), crops), faces)
    assert (bare[110:190, 260:340] == GROUND).all()
    whole = Look(frame=0, seconds=0.0, box=(0, 0, 300, 300), square=None, score=1.0)
    one = Face(number=1, looks=[whole], score=1.0, answer=None, probability=0.7)
    assert has(overlay_of(View(0, ground(300, 300), {}), [one]), None)[1, 1:299].all()


FULL, SHORT = "signs of forgery\n12: fake >99%", "12: >99%"


def test_labels_cover_neither_faces_nor_each_other():
    frames = [Rectangle(x, y, x + 60, y + 60) for y in (50, 150, 250) for x in range(20, 700, 75)]
    found = labels((800, 340), frames, [(FULL, SHORT)] * len(frames))
    taken = np.zeros((340, 800), int)
    for left, top, right, bottom in (*frames, *(label.at for label in found)):
        assert 0 <= left < right <= 800
        assert 0 <= top < bottom <= 340
        taken[top:bottom, left:right] += 1
    assert taken.max() == 1
    assert {label.text for label in found} == {FULL, SHORT}


def test_alone_a_face_has_the_full_label_above_it():
    (label,) = labels((800, 420), [Rectangle(300, 200, 400, 300)], [(FULL, SHORT)])
    assert label.text == FULL
    assert (label.at.left, label.at.bottom) == (300, 200)


def test_a_label_wider_than_the_picture_gets_smaller_letters():
    (label,) = labels((60, 40), [Rectangle(0, 0, 60, 40)], [(FULL, SHORT)])
    assert 0 <= label.at.left < label.at.right <= 60
    assert 0 <= label.at.top < label.at.bottom <= 40


def test_a_probability_is_never_certain():
    assert [percent(p) for p in (0, 0.004, 0.006, 0.5, 0.994, 0.996, 1)] == [
        "<1%", "<1%", "1%", "50%", "99%", ">99%", ">99%"
    ]  # fmt: skip
