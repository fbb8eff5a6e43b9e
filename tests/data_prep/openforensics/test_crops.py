from data_prep.faces.encode import FacePicture
from data_prep.openforensics.crops import PictureFaces, pieces_in

FOUND = PictureFaces(
    faces={
        7: FacePicture(b"first", b"mask", "p", "c", b"12345678"),
        2: FacePicture(b"second", None, "q", "d", None),
    },
    outside=((5, "its box has no pixel"),),
    conversion="grey",
)


def test_pieces_come_back_as_they_were(tmp_path):
    assert pieces_in(tmp_path).get_or("a", lambda: FOUND) == FOUND
    assert pieces_in(tmp_path).get_or("a", lambda: PictureFaces({}, (), None)) == FOUND
