from collections import Counter
from dataclasses import fields

import numpy as np
import pytest

from data_prep.openforensics.polygons import fill_polygons
from data_prep.synthetic import group_picture
from data_prep.synthetic.drawing.draws import Draws
from data_prep.synthetic.forgeries import METHODS
from data_prep.synthetic.group_picture import (
    BLENDED,
    Standing,
    _forge,
    _methods,
    make_group_picture,
)

SEED = 3


@pytest.fixture(scope="module")
def groups():
    return [make_group_picture(SEED, number) for number in range(5)]


def test_sizes(groups):
    for group in groups:
        height, width, _ = group.original.shape
        assert group.forged.shape == group.original.shape
        assert group.forged.dtype == np.float32
        assert 0 <= group.forged.min() < group.forged.max() <= 255
        assert 2 <= len(group.faces) <= 4
        for face in group.faces:
            x, y, box_width, box_height = face.box
            assert min(x, y) > 0
            assert x + box_width < width
            assert y + box_height < height
            assert (face.region.shape, face.region.dtype) == ((height, width), bool)


def test_faces_stand_from_the_left_to_the_right_and_apart(groups):
    for group in groups:
        left = [face.box[0] for face in group.faces]
        assert left == sorted(left)
        for one, other in zip(group.faces, group.faces[1:], strict=False):
            assert not (one.region & other.region).any()


def test_only_forged_faces_change_and_only_in_their_region(groups):
    for group in groups:
        forged = np.zeros(group.original.shape[:2], bool)
        for face in group.faces:
            change = np.abs(group.forged - group.original).max(axis=2)[face.region]
            if face.method is None:
                assert not change.any()
            else:
                forged |= face.region
                assert (change > 0.5).mean() > 0.5
        np.testing.assert_array_equal(group.forged[~forged], group.original[~forged])


def test_every_picture_holds_both_kinds(groups):
    for group in groups:
        methods = [face.method for face in group.faces]
        assert None in methods
        assert set(methods) - {None} <= set(BLENDED)
        assert set(methods) - {None}


def test_a_region_is_a_face_in_its_box(groups):
    for group in groups:
        for face in group.faces:
            x, y, width, height = face.box
            rows, columns = np.nonzero(face.region)
            assert abs(columns.mean() - (x + width / 2)) < 0.25 * width
            assert abs(rows.mean() - (y + height / 2)) < 0.25 * height
            assert 0.3 < face.region.sum() / (width * height) < 1


def test_the_same_again_and_others_from_another_seed(groups):
    again = make_group_picture(SEED, 1)
    np.testing.assert_array_equal(again.forged, groups[1].forged)
    for a, b in zip(again.faces, groups[1].faces, strict=True):
        for field in fields(a):
            np.testing.assert_array_equal(getattr(a, field.name), getattr(b, field.name))
    other = make_group_picture(SEED + 1, 1)
    assert other.forged.shape != again.forged.shape or (other.forged != again.forged).any()


@pytest.mark.parametrize("people", [2, 3, 4])
def test_half_are_forged_wherever_they_stand(people):
    forged, places, methods = Counter(), Counter(), Counter()
    pictures = 2000
    for number in range(pictures):
        chosen = _methods(Draws(1, "test", number), people)
        assert len(chosen) == people
        forged[sum(method is not None for method in chosen)] += 1
        places.update(place for place, method in enumerate(chosen) if method is not None)
        methods.update(method for method in chosen if method is not None)
    assert set(forged) == {people // 2, people - people // 2}
    for place in range(people):
        assert abs(places[place] / pictures - 0.5) < 0.04  # 3.6 standard deviations
    assert set(methods) == set(BLENDED)
    assert set(BLENDED) < set(METHODS)


@pytest.mark.parametrize("method", [None, *BLENDED])
def test_who_stands_before_a_face_is_not_painted_over(clips, method):
    clip = clips[0]
    picture = np.zeros((200, 230, 3), np.float32)
    person = Standing(clip.actor, clip.shots[0], left=30, top=8, method=method)
    picture[person.window] = clip.frames[0]
    before = picture.copy()
    visible = np.ones((192, 192), np.float32)
    visible[:, :96] = 0
    region = _forge(SEED, 0, 0, person, clip.scene, picture, visible)
    assert region[:, 96:].any()
    assert not region[:, :96].any()
    np.testing.assert_array_equal(picture[:, : 30 + 96], before[:, : 30 + 96])
    assert (picture != before).any() == (method is not None)


def test_no_pixel_is_of_two_people(groups):
    """What somebody stands before is nobody else's; outlines lie an eighth of a pixel inside."""
    together = 0
    for group in groups:
        height, width = group.forged.shape[:2]
        people = [
            fill_polygons((*parts["face"], *parts["hair"]), height, width) > 0
            for parts in group.parts
        ]
        count = np.sum(people, axis=0)
        together += np.sum([person.sum() for person in people])
        assert (count > 1).mean() < 0.003
        for face, parts in zip(group.faces, group.parts, strict=True):
            x, y, box_width, box_height = face.box
            nose = np.concatenate(parts["nose"])
            middle = (nose.min(axis=0) + nose.max(axis=0)) / 2
            assert abs(middle[0] - x - box_width / 2) < 0.2 * box_width
            assert 0.25 < (middle[1] - y) / box_height < 0.6
    assert together > 0


def test_a_swapped_face_has_the_features_that_were_swapped_in(groups, monkeypatch):
    """With the original's features in place of the other person's, its parts are others."""
    number, place = next(
        (number, place)
        for number, group in enumerate(groups)
        for place, face in enumerate(group.faces)
        if face.method == "Swap"
    )
    swapped = groups[number].parts[place]
    monkeypatch.setattr(group_picture, "SWAPPED", ())
    own = make_group_picture(SEED, number).parts[place]
    assert not np.array_equal(np.concatenate(swapped["eyes"]), np.concatenate(own["eyes"]))
    np.testing.assert_array_equal(np.concatenate(swapped["hair"]), np.concatenate(own["hair"]))


def test_parts_are_cut_by_who_stands_before(monkeypatch):
    given = []

    def seen(layers, features, visible):
        given.append(visible)
        return {}

    monkeypatch.setattr(group_picture, "seen_regions", seen)
    people = sum(len(make_group_picture(SEED, number).parts) for number in range(3))
    assert len(given) == people
    assert any((visible < 0.5).any() for visible in given)
    assert all((visible > 0.5).any() for visible in given)
