"""DeepFakeDetection on its whole road, in its exact layout."""

from data_prep.faceforensics import open_faceforensics
from data_prep.prepared.card import read_card
from data_prep.videos import VideoOptions, prepare_videos
from tests.data_prep.records_of import by_key
from tests.data_prep.sources import ACTORS, write_actors
from tests.data_prep.videos.pixels import FRAMES


def test_records_and_card(tmp_path):
    write_actors(tmp_path / "DFD")
    options = VideoOptions(frames=FRAMES, size=16)
    version = prepare_videos(open_faceforensics(tmp_path / "DFD"), tmp_path, options=options)
    records = by_key(version)
    forged = "DeepFakeDetection/05_06__walking_outside_cafe_disgusted__YVGY8LOK"
    masked = [records[f"{forged}/{frame:04d}"]["has_mask"] for frame in range(FRAMES)]
    assert masked == [True] * (FRAMES - 1) + [False]
    splits = {}
    for record in records.values():
        target = record["video"].decode().rpartition("/")[2][:2]
        assert record["group"].decode() == f"actor_{target}"
        splits.setdefault(record["group"].decode(), set()).add(record["split"])
    assert sorted(splits) == [f"actor_{actor}" for actor in ACTORS]
    assert sorted(map(tuple, splits.values())) == [("test",), *[("train",)] * 4, ("validation",)]
    notes = read_card(version).notes
    assert any("the faces of source actors stand in several splits" in note for note in notes)
    assert any("12 pictures of 12 forged videos have no mask" in note for note in notes)
