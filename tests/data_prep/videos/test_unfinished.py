from dataclasses import replace

from data_prep.videos.crops import Face, Faces
from data_prep.videos.unfinished import kept_videos

PLAIN = Face(3, b"picture", None, "p", "c", None)
FACES = Faces((PLAIN, replace(PLAIN, frame=7, mask=b"mask", perceptual_hash=b"12345678")), 1, "bad")


def test_the_faces_of_a_video_come_back_as_they_were(tmp_path):
    assert kept_videos(tmp_path).get_or("a", lambda: FACES) == FACES
    assert kept_videos(tmp_path).get_or("a", lambda: Faces(())) == FACES
