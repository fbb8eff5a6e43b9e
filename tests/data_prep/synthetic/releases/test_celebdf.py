import json

import numpy as np
import pytest

from data_prep.celebdf import open_celebdf
from data_prep.faces.boxes import read_face_boxes
from data_prep.media.video import read_frames
from data_prep.prepared.card import read_card
from data_prep.synthetic.drawing.clip import make_clip
from data_prep.synthetic.forgeries import forge
from data_prep.synthetic.releases import celebdf
from data_prep.synthetic.releases.celebdf import (
    CELEBRITIES,
    casts,
    describe_celebdf,
    render_celebdf_once,
    write_celebdf,
)
from data_prep.synthetic.releases.delivery import boxes_of, delivered
from data_prep.synthetic.world import World
from data_prep.videos import VideoOptions, prepare_videos
from tests.data_prep.synthetic.tiny import FRAMES, SEED, WORLD

OTHERS = ["YouTube-real/00006", "YouTube-real/00007"]
REAL = [f"Celeb-real/id{person}_0000" for person in range(6)]
FAKE = [
    f"Celeb-synthesis/id{a}_id{b}_0000" for a, b in ((0, 1), (1, 0), (2, 3), (3, 2), (4, 5), (5, 4))
]


@pytest.fixture(scope="module")
def celebrities(tmp_path_factory):
    root = tmp_path_factory.mktemp("celebrities") / "tree"
    steps = []
    render_celebdf_once(WORLD, root, lambda *step: steps.append(step))
    assert steps == [(done, 5) for done in range(1, 6)]
    return root


def test_every_file(celebrities):
    found = {path.relative_to(celebrities).as_posix() for path in celebrities.rglob("*.*")}
    videos = {f"{video}.mp4" for video in (*OTHERS, *REAL, *FAKE)}
    others = {f"{name}.json" for name in ("face_boxes", "face_regions", "synthetic")}
    assert found == videos | others | {"List_of_testing_videos.txt"}
    assert sorted(read_face_boxes(celebrities / "face_boxes.json")) == sorted(REAL + OTHERS)
    assert json.loads((celebrities / "synthetic.json").read_text()) == describe_celebdf(WORLD)


def test_the_boxes_are_those_of_the_video(celebrities):
    boxes = read_face_boxes(celebrities / "face_boxes.json")
    for person, video in ((0, REAL[0]), (1, REAL[1]), (6, OTHERS[0])):
        assert list(map(tuple, boxes[video])) == boxes_of(make_clip(SEED, person, FRAMES))


def test_the_list_of_the_test(celebrities):
    assert (celebrities / "List_of_testing_videos.txt").read_text().splitlines() == [
        "1 Celeb-real/id4_0000.mp4",
        "1 Celeb-real/id5_0000.mp4",
        "1 YouTube-real/00007.mp4",
        "0 Celeb-synthesis/id4_id5_0000.mp4",
        "0 Celeb-synthesis/id5_id4_0000.mp4",
    ]


def test_a_forgery_by_the_unseen_method(celebrities):
    """At CRF 23 its frames are nearer to what was forged than to the original."""
    target, source = (make_clip(SEED, person, FRAMES) for person in (1, 0))
    forged = forge("PyramidBlend", target, source, SEED)
    found = np.array(list(read_frames(celebrities / f"{FAKE[1]}.mp4", range(FRAMES))), float)
    for read, frame, original in zip(found, forged.frames, target.frames, strict=True):
        error, change = (np.abs(read - delivered(one)) for one in (frame, original))
        assert error.mean() < change.mean()


def test_single_people_for_every_four_pairs():
    test, rest = casts(World(train=7, validation=1, test=5))
    assert rest[-3:] == [(14, 15), (26,), (27,)]
    assert test[-2:] == [(24, 25), (28,)]
    people = [person for cast in (*test, *rest) for person in cast]
    assert sorted(people) == list(range(29))


def test_nobody_is_in_the_world_that_is_trained_on():
    assert World(seed=4051, train=26, validation=4, test=40) == CELEBRITIES
    assert World().seed != CELEBRITIES.seed
    test, rest = casts(CELEBRITIES)
    assert (rest[0], rest[29], rest[30:]) == ((0, 1), (58, 59), [(who,) for who in range(140, 147)])
    assert (test[0], test[39], test[40:]) == (
        (60, 61),
        (138, 139),
        [(who,) for who in range(147, 157)],
    )


def test_every_video_has_the_quality_that_is_said(tmp_path, monkeypatch):
    said = []

    def encode(frames, files):
        assert len(list(frames)) == 1
        said.extend(files)

    monkeypatch.setattr(celebdf, "encode", encode)
    write_celebdf(World(seed=SEED, train=1, validation=1, test=1, frames=1), tmp_path / "tree")
    assert {quality for quality, _ in said} == {"c23"}
    assert len(said) == 14
    description = describe_celebdf(WORLD)
    assert (description["compressions"], description["layout"]) == (["c23"], "celebdf")


def test_another_layout_is_another_world(celebrities):
    with pytest.raises(FileExistsError, match="holds something else"):
        render_celebdf_once(World(seed=SEED + 1), celebrities)


def test_it_can_be_prepared(celebrities, tmp_path):
    options = VideoOptions(frames=2, size=64, strict=True)
    card = read_card(prepare_videos(open_celebdf(celebrities), tmp_path, options=options))
    assert card.synthetic
    assert card.methods == ("real", "Celeb-synthesis")
    assert card.pictures["test"] == {"real": 6, "fake": 4}
    assert (card.skipped, card.warnings, dict(card.ignored)) == ((), (), {})
