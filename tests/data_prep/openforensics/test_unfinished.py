from data_prep.faces.encode import FacePicture
from data_prep.openforensics.crops import Face, PictureFaces
from data_prep.openforensics.unfinished import kept_pictures

FOUND = PictureFaces(
    faces=(
        Face(7, 1, FacePicture(b"first", b"mask", "p", "c", b"12345678")),
        Face(2, 0, FacePicture(b"second", None, "q", "d", None)),
    ),
    outside=((5, "its box has no pixel"),),
    conversion="grey",
)


def test_the_faces_of_a_picture_come_back_as_they_were(tmp_path):
    assert kept_pictures(tmp_path).get_or("a", lambda: FOUND) == FOUND
    assert kept_pictures(tmp_path).get_or("a", lambda: PictureFaces((), (), None)) == FOUND
