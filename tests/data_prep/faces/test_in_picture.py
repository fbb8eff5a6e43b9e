import numpy as np
import pytest
from PIL import Image

from data_prep.faces.boxes import Box
from data_prep.faces.in_picture import TooManyFacesError, boxes_in, faces_in_picture
from data_prep.limits import FRAME_FACES
from data_prep.media.pictures import BadPictureError
from tests.data_prep.made_detector import HEIGHT, WIDTH, bright_rectangles

SMALL = Box(2, 2, 4, 4)
LARGE = Box(20, 10, 20, 20)


def drawn() -> np.ndarray:
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    for x, y, width, height in (SMALL, LARGE):
        pixels[int(y) : int(y + height), int(x) : int(x + width)] = 255
    return pixels


def test_all_faces_of_a_picture(tmp_path):
    Image.fromarray(drawn()).save(tmp_path / "a.png")
    picture, boxes = faces_in_picture(tmp_path / "a.png", bright_rectangles)
    np.testing.assert_array_equal(picture, drawn())
    assert boxes == [SMALL, LARGE]
    Image.new("RGB", (WIDTH, HEIGHT)).save(tmp_path / "b.png")
    assert faces_in_picture(str(tmp_path / "b.png"), bright_rectangles)[1] == []


def test_faces_of_a_picture_that_lies_on_its_side(tmp_path):
    turned = Image.fromarray(np.ascontiguousarray(np.rot90(drawn())))
    exif = turned.getexif()
    exif[0x0112] = 6  # to be shown a quarter turn clockwise
    turned.save(tmp_path / "a.png", exif=exif)
    picture, boxes = faces_in_picture(tmp_path / "a.png", bright_rectangles)
    np.testing.assert_array_equal(picture, drawn())
    assert boxes == [SMALL, LARGE]


def test_pictures_that_are_refused(tmp_path):
    Image.fromarray(drawn()).save(tmp_path / "a.png")
    with pytest.raises(BadPictureError, match="too large: 64 x 48 pixels"):
        faces_in_picture(tmp_path / "a.png", bright_rectangles, max_pixels=3000)
    (tmp_path / "b.png").touch()
    with pytest.raises(BadPictureError, match="empty file"):
        faces_in_picture(tmp_path / "b.png", bright_rectangles)


@pytest.mark.parametrize("wrong", [(1, 2, 3), (1, 2, 0, 4), (1, 2, float("nan"), 4), "face", None])
def test_what_is_no_box_is_an_error_that_names_the_picture(wrong):
    def detector(picture):
        return [wrong]

    with pytest.raises(ValueError, match=r"the detector gave .* for a\.png: a box is x, y, width"):
        boxes_in(drawn(), detector, "a.png")


def test_more_faces_than_are_looked_at():
    def detector(picture):
        return [SMALL] * FRAME_FACES

    assert len(boxes_in(drawn(), detector, "a.png")) == FRAME_FACES
    text = r"^201 faces in a\.png, of which at most 200 are looked at"
    with pytest.raises(TooManyFacesError, match=text):
        boxes_in(drawn(), lambda picture: [*detector(picture), LARGE], "a.png")
