import json

import pytest

from experiments import benchmark
from experiments.measuring.speed import interleave, sections, select
from experiments.measuring.speed.sections import SECTIONS


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(interleave, "TURN", 0.0)
    monkeypatch.setattr(select, "WEIGHTS", (2_000,))


def test_what_is_measured_is_printed_and_left_as_json_and_markdown(call, small, tmp_path):
    options = (
        "--sections=projection,select",
        "--chip_step_ms=20",
        "--no_torch",
        "--turns=3",
        f"--out={tmp_path / 'out'}",
    )
    status, out, err = call(benchmark, *options)
    assert status == 0, err
    written = json.loads((tmp_path / "out" / "benchmark.json").read_text())
    row = written["sections"]["select"]["rows"][0]
    assert row["weights"] == 2_000
    assert all(value > 0 for value in row["ours_ms"])
    assert written["about"]["versions"]["jax"]
    page = (tmp_path / "out" / "benchmark.md").read_text()
    assert "## Scoring and selecting weights" in page
    assert "| 2,000 | - |" in page
    assert "| 2,000 | - |" in out
    assert page.index("A projection, not a measurement") < page.index("## Scoring")
    assert "## The training step" not in page


def test_sections_without_time_are_named(call, monkeypatch, tmp_path):
    monkeypatch.setattr(sections, "SHORTEST", 1e9)
    status, out, err = call(benchmark, "--minutes=0.01", f"--out={tmp_path}")
    assert status == 0, err
    page = (tmp_path / "benchmark.md").read_text()
    left_out = json.loads((tmp_path / "benchmark.json").read_text())["left_out"]
    assert left_out.keys() == SECTIONS.keys()
    for name in SECTIONS:
        assert f"--sections={name}): no time was left." in page
        assert f"--sections={name}): no time was left." in out


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("--minutes=0", "--minutes must be above 0"),
        ("--models=none_such", "none_such"),
        ("--sections=step,nothing", "there is no 'nothing', only step, inference"),
        ("--chip_step_ms=0", "--chip_step_ms must be above 0"),
        ("--turns=2", "--turns must be 3 or more"),
    ],
)
def test_wrong_options_are_refused(call, option, said, tmp_path):
    status, _, err = call(benchmark, option, f"--out={tmp_path}")
    assert status == 2
    assert said in err
