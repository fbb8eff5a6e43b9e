import json

import numpy as np
import pytest

from data_prep.openforensics.annotations import AnnotationsError, read_annotations
from tests.data_prep.openforensics.release_files import CATEGORIES, coco, face, image, write_json


@pytest.fixture
def read(tmp_path):
    def read(content):
        write_json(tmp_path, "Val", content)
        return read_annotations(tmp_path / "Val_poly.json")

    return read


def read_faces(read, *faces):
    (picture,) = read(coco([image(4, "a.jpg")], faces)).pictures
    return picture.faces


def test_pictures_and_their_faces(read):
    images = [image(4, "Images/Val/a.jpg"), image(0, "b.jpg", width=5, height=7), image(9, "c.jpg")]
    faces = [face(1, 0, 1), face(2, 4, 0, bbox=[-3, 0.5, 7, 9]), face(0, 0, 0)]
    found = read(coco(images, faces))
    assert found.without_picture == ()
    assert [(one.id, one.name, one.size) for one in found.pictures] == [
        (4, "a.jpg", (61, 47)),
        (0, "b.jpg", (5, 7)),
        (9, "c.jpg", (61, 47)),
    ]
    assert [[one.id for one in picture.faces] for picture in found.pictures] == [[2], [1, 0], []]
    (real,), (fake, _), _ = (picture.faces for picture in found.pictures)
    assert (real.label, real.box, real.polygons) == (0, (-3, 0.5, 7, 9), ())
    assert (fake.label, fake.box) == (1, (34, 10, 14, 20))
    np.testing.assert_array_equal(fake.polygons[0], [[36, 12], [44, 12], [44, 28], [36, 28]])


def test_several_polygons_and_none(read):
    two = [[1, 2, 3, 4, 5, 6.5], [7, 8, 9, 10, 11, 12, 13, 14]]
    both, point, none, missing = read_faces(
        read,
        face(0, 4, 1, segmentation=two),
        face(1, 4, 1, segmentation=[[354, 223, 352, 225]]),
        face(2, 4, 1, segmentation=[]),
        face(3, 4, 1, segmentation=None),
    )
    assert [polygon.shape for polygon in both.polygons] == [(3, 2), (4, 2)]
    assert both.polygons[0].tolist() == [[1, 2], [3, 4], [5, 6.5]]
    assert point.polygons == none.polygons == missing.polygons == ()


@pytest.mark.parametrize(
    "outlines", [[[1.5] * 20_002], [[1.5] * 20_000, [2] * 2], [[1, 2, 3, 4, 5, 6]] * 101]
)
def test_more_corners_than_a_face_may_have(read, outlines):
    said = (
        r"Val_poly.json: annotation 7 .* [\d,]+ polygons with [\d,]+ corners; at most 100 with 10,"
    )
    with pytest.raises(AnnotationsError, match=said):
        read_faces(read, face(7, 4, 1, segmentation=outlines))
    (one,) = read_faces(read, face(7, 4, 1, segmentation=[[1.5] * 19_994, [1, 2, 3, 4, 5, 6]]))
    assert len(one.polygons) == 2


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("Images/Test-Challenge/f80d795aa7.jpg", "f80d795aa7.jpg"),
        ("../../../etc/passwd.jpg", "passwd.jpg"),
        ("/etc/passwd.jpg", "passwd.jpg"),
        ("..\\..\\Val\\ä 1.jpg", "ä 1.jpg"),
        ("画像/顔.jpg", "顔.jpg"),
        ("..", ""),
        ("Val/", ""),
        ("a\0b.jpg", ""),
        (7, ""),
        (None, ""),
    ],
)
def test_only_the_base_name_counts(read, name, base):
    (picture,) = read(coco([image(0, name)], [])).pictures
    assert picture.name == base


def test_a_size_may_be_missing(read):
    (picture,) = read(coco([{"id": 0, "file_name": "a.jpg"}], [])).pictures
    assert picture.size is None


def test_annotations_without_their_picture(read):
    found = read(coco([image(4, "a.jpg")], [face(7, 3, 1), face(8, 4, 0), face(9, None, 0)]))
    assert [len(picture.faces) for picture in found.pictures] == [1]
    assert found.without_picture == (
        ("annotation 7", "its picture 3 is not among the images of Val_poly.json"),
        ("annotation 9", "its picture None is not among the images of Val_poly.json"),
    )


HUGE = 10**400 - 1
RLE = {"counts": [1, 2, 3], "size": [47, 61]}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([], "is not a JSON object"),
        ({"images": [], "annotations": []}, "no list of objects `categories`"),
        ({"categories": CATEGORIES, "images": {}, "annotations": []}, "objects `images`"),
        ({"categories": CATEGORIES, "images": [], "annotations": [3]}, "objects `annotations`"),
        (coco([], [], CATEGORIES[:1]), r"categories \{0: 'Real'\}; those of OpenForensics"),
        (
            coco([], [], [{"id": 0, "name": "Fake"}, {"id": 1, "name": "Real"}]),
            "real and fake might be exchanged",
        ),
        (coco([], [], [{"id": 1, "name": "Real"}, {"id": 2, "name": "Fake"}]), "exchanged"),
        (coco([image(3, "a.jpg"), image(3, "b.jpg")], []), "image id 3 stands there twice"),
        (coco([image("x", "a.jpg")], []), "an image has the id 'x', not a number"),
        (
            coco([image(0, "x/a.jpg"), image(1, "y/a.jpg")], []),
            "the images 0 and 1 have the same file name a.jpg",
        ),
        (
            coco([image(0, "a.jpg")], [face(5, 0, 0), face(5, 0, 1)]),
            "annotation id 5 stands there twice",
        ),
        (coco([image(0, "a.jpg", width=0)], []), "image 0 has the size 0 x 47"),
        (coco([image(0, "a.jpg")], [face(5, 0, 2)]), "annotation 5 has the category 2"),
        (coco([image(0, "a.jpg")], [face(5, 0, "1")]), "annotation 5 has the category '1'"),
        (coco([image(0, "a.jpg")], [face(5, 0, 0, bbox=[1, 2, 3])]), r"the bbox \[1, 2, 3\]"),
        (coco([image(0, "a.jpg")], [face(5, 0, 0, bbox=[1, 2, 3, "4"])]), "annotation 5 .*bbox"),
        (coco([image(0, "a.jpg")], [face(5, 0, 0, bbox=[1, 2, 3, 1e300])]), "the bbox"),
        (coco([image(0, "a.jpg")], [face(5, 0, 1, segmentation=RLE)]), "annotation 5 .*RLE"),
        (coco([image(0, "a.jpg")], [face(5, 0, 1, segmentation=[[1, 2, 3]])]), "a polygon"),
        (coco([image(0, "a.jpg")], [face(5, 0, 1, segmentation=[[1] * 5 + [None]])]), "a polygon"),
        (coco([], [], [{"id": 0, "name": "Real"}, {"id": [1], "name": "Fake"}]), r"\[1\]: 'Fake'"),
        (coco([image(0, "a.jpg")], [face(5, 0, [1])]), r"annotation 5 has the category \[1\]"),
        (coco([image(0, "a.jpg")], [face(5, 0, True)]), "annotation 5 has the category True"),
        (
            coco([image(0, "a.jpg")], [face(5, 0, 1, segmentation=0.5)]),
            "5 has the segmentation 0.5",
        ),
        (coco([image(0, "a.jpg")], [face(5, 0, 1, segmentation="")]), "5 has the segmentation ''"),
        (coco([image(0, "a.jpg")], [face(5, 0, 0, bbox=None)]), "annotation 5 has the bbox None"),
        (
            coco([image(0, "a.jpg")], [face(5, 0, 0, bbox=[1, HUGE, 3, 4])]),
            r"5 .*bbox \[1, 999.*\.",
        ),
        (coco([image(0, "a.jpg")], [face(5, 0, 1, segmentation=[[HUGE] * 6])]), "5 .*a polygon"),
        (coco([image(0, "a.jpg", width=HUGE)], []), r"image 0 has the size 999.*\.\.\..* x 47"),
        (coco([image(0, "a.jpg", height="47")], []), "image 0 has the size 61 x '47'"),
        (coco([image(HUGE, "a.jpg")], []), r"an image has the id 999.*\.\.\."),
        (coco([image(True, "a.jpg")], []), "an image has the id True"),
    ],
)
def test_what_is_wrong_is_said(read, content, message):
    with pytest.raises(AnnotationsError, match=message) as caught:
        read(content)
    assert "Val_poly.json" in str(caught.value)


def test_the_region_of_a_real_face_is_not_looked_at(read):
    (found,) = read_faces(read, face(5, 4, 0, segmentation=RLE))
    assert found.polygons == ()


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"images": NaN}'])
def test_no_json(tmp_path, text):
    (tmp_path / "Val_poly.json").write_text(text)
    with pytest.raises(AnnotationsError, match=r"Val_poly.json"):
        read_annotations(tmp_path / "Val_poly.json")


def test_no_numbers_that_are_none(tmp_path):
    text = json.dumps(coco([image(0, "a.jpg")], [face(5, 0, 0, bbox=[1, 2, 3, float("inf")])]))
    (tmp_path / "Val_poly.json").write_text(text)
    with pytest.raises(AnnotationsError, match="annotation 5 has the bbox"):
        read_annotations(tmp_path / "Val_poly.json")


ODD = (None, True, -1, 0, 7, 0.5, HUGE, float("nan"), "", "\ud800", [], [[]], {}, {"id": 0})


def places(content, path=()):
    """The way to everything in nested lists and objects."""
    yield path
    pairs = content.items() if isinstance(content, dict) else enumerate(content)
    for key, inner in pairs if isinstance(content, dict | list) else ():
        if isinstance(inner, dict | list):
            yield from places(inner, (*path, key))
        else:
            yield (*path, key)


def changed(content, path, value):
    """A copy in which `value` stands at `path`."""
    if not path:
        return value
    copy = dict(content) if isinstance(content, dict) else list(content)
    copy[path[0]] = changed(content[path[0]], path[1:], value)
    return copy


@pytest.mark.parametrize("value", ODD, ids=[f"{value!r:.12}" for value in ODD])
def test_an_odd_value_anywhere_is_read_or_refused(read, value):
    whole = coco([image(0, "a.jpg"), image(1, "b.jpg")], [face(0, 0, 0), face(1, 1, 1)])
    sentences = []
    for path in places(whole):
        try:
            found = read(changed(whole, path, value))
        except AnnotationsError as error:
            sentences.append(str(error))
        else:
            assert all(type(one.id) is int for one in found.pictures)
    assert len(sentences) > 5
    assert all("Val_poly.json" in text and len(text) < 1000 for text in sentences)
