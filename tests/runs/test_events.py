import io
import struct
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image
from tensorboardX.proto.event_pb2 import Event, SessionLog

from jaxticket.runs.events import Events
from jaxticket.runs.log import MetricsLog


def written(folder):
    """Return the events on disk, file by file, as TensorBoard goes through them."""
    for path in sorted(folder.glob("*.tfevents.*")):
        data = path.read_bytes()
        while data:
            (length,) = struct.unpack("Q", data[:8])
            yield Event.FromString(data[12 : 12 + length])
            data = data[16 + length :]


def is_start(event):
    return event.HasField("session_log") and event.session_log.status == SessionLog.START


def shown(folder):
    """Return {step: value}, with TensorBoard's rule: a start purges all from its step on."""
    points = []
    for event in written(folder):
        if is_start(event):
            points = [point for point in points if point[0] < event.step]
        points += [(event.step, value.simple_value) for value in event.summary.value]
    assert len(points) == len({step for step, _ in points}), "a step is there twice"
    return dict(points)


def test_a_flush_puts_on_disk_what_was_added(tmp_path):
    events = Events(tmp_path)
    for step in range(1, 50):
        events.add("loss", step / 2, step)
    events.flush()
    assert shown(tmp_path) == {step: step / 2 for step in range(1, 50)}
    events.close()


def test_after_a_kill_no_step_is_shown_twice(tmp_path):
    killed = Events(tmp_path)
    for step in range(1, 6):
        killed.add("loss", 1.0, step)
    killed.flush()
    # Within the same second, which is all that tensorboardX's file names tell apart.
    again = Events(tmp_path)
    again.forget_after(3)
    for step in range(4, 8):
        again.add("loss", 2.0, step)
        again.forget_after(step)
    again.close()
    assert len(list(tmp_path.iterdir())) == 2
    assert shown(tmp_path) == {1: 1, 2: 1, 3: 1, 4: 2, 5: 2, 6: 2, 7: 2}
    assert sum(map(is_start, written(tmp_path))) == 1
    killed.close()


@pytest.mark.parametrize("spacing", [10, 20])
def test_the_log_forgets_on_the_axis_of_tensorboard(tmp_path, spacing):
    log = tmp_path / "metrics.jsonl", tmp_path / "events", spacing
    with MetricsLog(*log) as first:
        for level, step in [(0, 9), (1, 1), (1, 2)]:
            first.append(level, step, "train", {"loss": 1.0})
    with MetricsLog(*log) as second:
        second.forget_after((1, 1))
        second.append(1, 2, "train", {"loss": 3.0})
        second.flush()
        assert shown(tmp_path / "events") == {9: 1, spacing + 1: 1, spacing + 2: 3}


def test_a_fresh_run_forgets_nothing(tmp_path):
    with MetricsLog(tmp_path / "m.jsonl", tmp_path / "events", 10) as log:
        for level in range(3):
            log.forget_after((level, 0))
            log.append(level, 10, "train", {"loss": 1.0})
    assert shown(tmp_path / "events") == {10: 1, 20: 1, 30: 1}
    assert not any(map(is_start, written(tmp_path / "events")))


def test_without_a_scalar_there_is_no_file(tmp_path):
    MetricsLog(tmp_path / "m.jsonl", tmp_path / "events", 10).close()
    assert list(tmp_path.iterdir()) == []


def test_a_picture_is_kept_as_it_is(tmp_path):
    pixels = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
    events = Events(tmp_path / "tensorboard")
    events.add_picture("maps/a", pixels, 3)
    events.close()
    (event,) = (one for one in written(tmp_path / "tensorboard") if one.summary.value)
    (value,) = event.summary.value
    assert (event.step, value.tag) == (3, "maps/a")
    shown = Image.open(io.BytesIO(value.image.encoded_image_string))
    assert np.asarray(shown).tolist() == pixels.tolist()


def test_pytorch_is_not_imported_for_them_nor_kept_from_others(tmp_path):
    (tmp_path / "torch.py").write_text("")
    program = (
        "import sys; from pathlib import Path; from jaxticket.runs.events import Events\n"
        "events = Events(Path('events')); events.add('loss', 1.0, 1); events.close()\n"
        "assert 'torch' not in sys.modules\n"
        "import torch"
    )
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True)
    assert shown(tmp_path / "events") == {1: 1}
