"""The section on what scores mean, of runs that are written by hand."""

import numpy as np
import pytest
from msgspec import structs

from experiments.one_run.page import refresh, run_part, write_report_page
from jaxticket.calibration import by_compression, calibrate
from jaxticket.report.page.blocks import Panels, Table, Text
from jaxticket.report.page.calibration import calibration_section
from jaxticket.report.page.cells import show
from jaxticket.runs.calibrations import predictions_digest, write_calibration
from jaxticket.runs.predictions import Predictions, write_predictions
from tests.calibration.scored import calibration, scores
from tests.report.page.written import write_run

RAMP = np.arange(60.0)
HOSTILE = "<script>hacked = 1</script>"


def calibrated(run, *, level=2, compressions=("",), videos=False):
    """Calibrate a level of a run on 60 groups of a class at each compression."""
    shown = scores(RAMP, RAMP + 20, methods=("Swap", HOSTILE))
    names = [f"{key[:-1]}{int(key[-1]) // 2}" for key in shown.keys] if videos else shown.videos
    shown = type(shown)(**vars(shown) | {"videos": np.array(names), "groups": np.array(names)})
    parts = [
        vars(shown) | {
            "keys": np.char.add(f"{name}:", shown.keys), "compressions": np.full(120, name),
            "videos": np.char.add(f"{name}:", shown.videos),
        }
        for name in compressions
    ]  # fmt: skip
    all_of_them = type(shown)(**{k: np.concatenate([p[k] for p in parts]) for k in parts[0]})
    known = {k: v for k, v in vars(all_of_them).items() if k not in ("fake", "scores")}
    answers = Predictions(
        **known,
        labels=all_of_them.fake.astype(int),
        logits=all_of_them.scores.astype(np.float32),
    )
    for folder in run.glob("level_*"):
        for split in ("validation", "test"):
            write_predictions(folder / f"predictions_{split}.csv", answers)
    units = calibrate(all_of_them, all_of_them, 0.05, 0.9)
    found = structs.replace(
        calibration(all_of_them, all_of_them), frames=units.frames, videos=units.videos,
        confidence=0.9, predictions=predictions_digest(run, level),
        compressions=by_compression(all_of_them, all_of_them, 0.05, 0.9),
    )  # fmt: skip
    write_calibration(run, level, found)
    return run


def of(kind, section):
    return [block for block in section.blocks if isinstance(block, kind)]


def test_a_run_that_is_not_calibrated_has_none(tmp_path):
    assert calibration_section([run_part(write_run(tmp_path / "one"), "one")]) is None


def test_what_came_out_stands_before_the_bounds(tmp_path):
    section = calibration_section([run_part(calibrated(write_run(tmp_path / "one")), "one")])
    texts = [block.text for block in of(Text, section)]
    assert texts[0].startswith(
        'Level 2, 75.0% pruned, pictures. On test 0 of 60 real groups got "signs of forgery", '
    )
    assert texts[1].startswith('Above 59 the answer is "signs of forgery"')
    reliability, distribution = of(Panels, section)[0].plots
    assert [len(c.points) > 0 for c in reliability.curves] == [False, False, True, True, True]
    assert [c.name for c in distribution.curves if c.points] == [
        "real", "fake", "no sign found below", "signs of forgery above",
    ]  # fmt: skip
    assert max(p.y for p in distribution.curves[0].points) <= 1
    outcomes = of(Table, section)[0]
    assert [show(cell) for cell in outcomes.rows[0]][:3] == ["all", "real", "60"]
    assert [row[0] for row in outcomes.rows[2:]] == [HOSTILE, "Swap"]
    assert [table.hidden for table in of(Table, section)] == [False, True, True]


def test_the_steps_of_the_scores_hold_every_example(tmp_path):
    section = calibration_section([run_part(calibrated(write_run(tmp_path / "one")), "one")])
    real = of(Panels, section)[0].plots[1].curves[0].points
    assert sum(point.y for point in real[1:-1:2]) == pytest.approx(1)


def test_videos_and_compressions_have_their_own(tmp_path):
    run = calibrated(write_run(tmp_path / "one"), compressions=("c23", "c40"), videos=True)
    section = calibration_section([run_part(run, "one")])
    assert [panels.plots[1].title for panels in of(Panels, section)] == [
        "scores of test pictures", "scores of test videos",
    ]  # fmt: skip
    assert len(of(Text, section)) == 4
    parts = [row[0] for row in of(Table, section)[0].rows]
    assert parts[:4] == ["pictures", "pictures", "videos", "videos"]
    names = [row[0] for row in of(Table, section)[1].rows]
    assert names == ["pictures", "videos", "pictures at c23", "videos at c23", "pictures at c40",
                     "videos at c40"]  # fmt: skip


def test_a_calibration_of_an_earlier_training_says_so(tmp_path):
    run = calibrated(write_run(tmp_path / "one"))
    table = run / "level_02" / "predictions_validation.csv"
    table.write_text("".join(table.read_text().splitlines(keepends=True)[:-1]))
    texts = of(Text, calibration_section([run_part(run, "one")]))
    assert [block.text for block in texts] == [
        "Level 2, 75.0% pruned: trained again since it was calibrated; calibrate it again."
    ]
    table.unlink()
    with pytest.raises(FileNotFoundError, match=r"predictions_validation.csv is missing"):
        calibration_section([run_part(run, "one")])


def test_the_page_escapes_names_and_the_report_has_the_picture(tmp_path):
    run = calibrated(write_run(tmp_path / "one"))
    page = refresh(run).read_text()
    assert HOSTILE not in page
    assert "What the scores mean" in page
    assert "(reliability.png)" in (run / "report.md").read_text()
    assert (run / "reliability.png").read_bytes().startswith(b"\x89PNG")


def test_the_short_page_has_the_one_sentence(tmp_path):
    run = calibrated(write_run(tmp_path / "one"))
    page = write_report_page([run], tmp_path / "share.html", share=True).read_text()
    assert "Level 2, 75.0% pruned, pictures. On test 0 of 60 real groups got" in page
    assert "scores of test pictures" not in page
    assert "the answer is" not in page
    assert "hacked" not in page.split('id="calibration"')[1].split("</section>")[0]
