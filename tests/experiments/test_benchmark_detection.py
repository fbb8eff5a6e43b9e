import pytest

from data_prep.faces.boxes import Box
from experiments import benchmark_detection
from tests.experiments.detecting import drawn


@pytest.fixture
def clip(tmp_path):
    return drawn.film(tmp_path / "a.mp4", [[(Box(8, 8, 20, 20), drawn.FAKE)]] * 4)


def test_detect_is_measured_beside_decoding(call, clip, tmp_path):
    ticket = drawn.redness_ticket(tmp_path / "ticket.safetensors")
    options = f"--ticket={ticket}", f"--detector={drawn.DETECTOR}", "--detect_every=2"
    status, out, err = call(benchmark_detection, clip, *options, "--turns=1")
    assert status == 0, err
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in out.splitlines()[-3:]]
    names = ["decoding alone", "one frame in 2 as RGB too", f"detect, {drawn.DETECTOR}"]
    assert [row[0] for row in rows] == names
    taken = [[float(cell.split()[0].replace(",", "")) for cell in row[1:]] for row in rows]
    assert taken[0][1] == 1
    assert min(map(min, taken)) > 0
    base = taken[0][
        0
    ]  # printed to a tenth of a second, which is much of what so short a clip takes
    for cpu, ratio, *_ in taken:
        assert (cpu - 0.05) / (base + 0.05) - 0.01 <= ratio <= (cpu + 0.05) / (base - 0.05) + 0.01


def test_what_fails_is_said(call, clip, tmp_path):
    status, _, err = call(benchmark_detection, clip, f"--ticket={tmp_path / 'none'}")
    assert status == 2
    assert "experiments.detect" in err
    assert "none" in err
    assert call(benchmark_detection, clip, "--ticket=a", "--turns=0")[0] == 2
