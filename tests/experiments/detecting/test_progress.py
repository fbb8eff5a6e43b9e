import io

import pytest
from rich.console import Console

from data_prep.faces.boxes import Box
from experiments.detecting import progress
from experiments.detecting.inputs import Input
from experiments.detecting.progress import Detecting
from tests.experiments.detecting.drawn import FAKE, draw, film, save


def test_how_far_it_is_and_how_long_it_takes(tmp_path, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(progress.time, "perf_counter", lambda: now[0])
    picture = save(tmp_path / "a\n.png", draw([]))
    video = film(tmp_path / "b.mp4", [[(Box(8, 8, 9, 9), FAKE)]] * 50)
    files = [Input(path, path.name) for path in (picture, video)]
    monkeypatch.setattr(progress, "_size", lambda file: 100)
    console = Console(file=io.StringIO(), width=200)
    with Detecting(console, files) as shown:
        shown.finished()  # too soon
        now[0] = 60.0
        shown.looked(1.0)  # of 2 seconds
        shown.looked(1.5)  # too soon
        now[0] = 90.0
        shown.looked(1.5)
        shown.finished()
    assert console.file.getvalue().splitlines() == [
        "1 of 2 files, 0:20 left; at b.mp4",
        "1 of 2 files, 0:13 left; at b.mp4",
    ]


@pytest.mark.parametrize("content", [b"", b"no video"])
def test_a_video_that_cannot_be_read_has_no_length(tmp_path, content):
    (tmp_path / "a.mp4").write_bytes(content)
    with Detecting(Console(file=io.StringIO()), [Input(tmp_path / "a.mp4", "a")]) as shown:
        shown.looked(1.0)
        shown.finished()
