"""The command: scores of others in, tables, page and JSON out."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from experiments import audit

ROOT = Path(__file__).parents[2]
TYPED = """\
model,video,label,score
ours,a,real,0.10
ours,b,real,0.62
ours,c,fake,0.55
ours,d,fake,0.90
ours,e,fake,0.97
theirs,a,real,0.40
theirs,b,real,0.71
theirs,c,fake,0.35
theirs,d,fake,0.66
theirs,e,fake,0.80
"""


@pytest.fixture
def audited(call, tmp_path):
    """Audit a text; return the exit status, output, errors, and the JSON."""

    def audited(content, *argv, name="s.csv"):
        path = tmp_path / name
        path.write_text(content)
        status, out, err = call(audit, path, *argv)
        found = tmp_path / f"{path.stem}_audit.json"
        return status, out, err, json.loads(found.read_text()) if found.is_file() else None

    return audited


def value(found, model, metric, unit="videos", by="all", name=""):
    figures = next(m for m in found["models"] if m["name"] == model)["figures"]
    return next(
        f["estimate"]["value"]
        for f in figures
        if (f["metric"], f["unit"], f["by"], f["name"]) == (metric, unit, by, name)
    )


def test_two_models_typed_by_hand_in_ten_lines(audited, tmp_path):
    status, out, err, found = audited(TYPED, "--published=auc:0.993")
    assert (status, err) == (0, "")
    # Of six pairs the fakes win five and three; of five videos four and three are right.
    assert value(found, "ours", "auc") == pytest.approx(5 / 6)
    assert value(found, "theirs", "auc") == pytest.approx(3 / 6)
    assert value(found, "ours", "accuracy") == pytest.approx(4 / 5)
    auc = next(d for d in found["differences"] if d["metric"] == "auc")
    assert auc["gain"]["value"] == pytest.approx(2 / 6)
    assert auc["verdict"]["words"] == "no significant difference"
    assert "ours minus theirs, AUC by videos: +0.3333" in out
    page = (tmp_path / "s_audit.html").read_text()
    assert "no significant difference (this seed)" in page
    assert (tmp_path / "s.csv").read_text() == TYPED


def test_the_sample_of_the_page(call, tmp_path):
    status, out, _ = call(audit, ROOT / "docs" / "scores.csv", f"--out={tmp_path}")
    assert status == 0
    assert "blurry: (nearly) everything is called fake" in out
    found = json.loads((tmp_path / "scores_audit.json").read_text())
    assert value(found, "sharp", "auc") > value(found, "sharp", "auc", "frames")
    shown = re.search(r"sharp: AUC (0\.\d+ \[.*?\])", out)
    assert shown
    assert shown[1] in (ROOT / "docs" / "audit.md").read_text()
    assert value(found, "blurry", "auc", by="method", name="FaceSwap") < value(
        found, "blurry", "auc", by="method", name="Deepfakes"
    )


def test_no_jax_is_imported(tmp_path):
    (tmp_path / "s.csv").write_text(TYPED)
    code = """
import sys
from experiments.__main__ import main
main(["audit", "s.csv"], "jaxticket")
heavy = {"jax", "jaxlib", "flax", "orbax", "optax", "tensorflow", "torch", "matplotlib", "cv2"}
print("heavy:", sorted(heavy & sys.modules.keys()))
"""
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], cwd=tmp_path, capture_output=True, text=True,
        check=True, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "heavy: []"


def test_scores_that_are_high_for_real_are_said_and_can_be_turned(audited):
    rows = [f"{n},{n % 2},{0.9 - 0.8 * (n % 2) + 0.001 * n:.3f}" for n in range(20)]
    text = "\n".join(["path,label,score", *rows])
    _, out, _, found = audited(text)
    assert "these scores are high for real. If so, --high=real" in out
    assert value(found, "s", "auc", "frames") == 0.0
    _, out, _, found = audited(text, "--high=real")
    assert "Look here" not in out
    assert value(found, "s", "auc", "frames") == 1.0
    assert value(found, "s", "accuracy", "frames") == 1.0
    # The name of the column says it too.
    _, _, _, found = audited(text.replace("score", "prob_real"))
    assert value(found, "s", "auc", "frames") == 1.0


def test_labels_against_the_names_of_folders_are_said_for_the_auc_hides_them(audited):
    rows = [f"{('fake', 'real')[n % 2]}/{n}.png,{n % 2},{n % 2}.{n:02}" for n in range(20)]
    text = "\n".join(["path,label,score", *rows])
    _, out, _, found = audited(text)
    assert value(found, "s", "auc", "frames") == 1.0
    assert "the labels stand against the column path, such as fake/0.png" in " ".join(out.split())
    _, out, _, found = audited(text, "--fake_label=0", "--high=real")
    assert "stand against" not in out


def test_answers_are_not_called_scores(audited):
    rows = [f"{n},{n % 2},{int(n % 3 == 0)}" for n in range(20)]
    _, out, _, _ = audited("\n".join(["path,label,pred", *rows]))
    assert "its scores are only 0 and 1: answers, not scores" in " ".join(out.split())


def test_the_threshold_of_several_seeds_is_one_and_has_the_accuracy_that_is_said(audited):
    # Seeds that each tell all apart, at thresholds of their own; together none does.
    rows = [f"{s},{n},{n % 2},{0.2 + 0.2 * (n % 2) + 0.4 * s}" for s in (0, 1) for n in range(8)]
    _, _, _, found = audited("\n".join(["seed,path,label,score", *rows]))
    at = found["models"][0]["threshold"]
    assert at["wanted"] == pytest.approx(0.7)  # between 0.6 and 0.8, or 0.2 and 0.4
    assert at["best"] == pytest.approx(0.75)


def test_equal_means_of_frames_are_ties_whatever_the_order_of_rows(audited):
    rows = ["v,0,0.1", "v,0,0.2", "v,0,0.3", "w,1,0.3", "w,1,0.2", "w,1,0.1", "x,0,0", "y,1,1"]
    _, _, _, found = audited("\n".join(["video,label,score", *rows]))
    assert value(found, "s", "auc") == (1 + 1 + 1 + 0.5) / 4


def test_brackets_in_names_are_shown(audited):
    status, out, _, _ = audited(TYPED.replace("ours", "ours[/b]"))
    assert status == 0
    assert "ours[/b]: AUC 0.833" in out


def test_checkpoints_are_chosen_by_validation_or_not_at_all(audited):
    rows = [
        f"{epoch},{n},{n % 2},{(n % 2) * gain + (n * 7 % 11) / 10:.2f},{split}"
        for epoch, by_split in ((1, {"test": 3, "val": 0}), (2, {"test": 1, "val": 3}),
                                (3, {"test": 0, "val": 1}))
        for split, gain in by_split.items()
        for n in range(0 if split == "test" else 40, 40 if split == "test" else 80)
    ]  # fmt: skip
    text = "\n".join(["epoch,path,label,score,split", *rows])
    _, out, _, found = audited(text)
    model = found["models"][0]
    assert model["checkpoint"] == "2"
    assert "the highest AUC on the validation split" in out
    assert model["choice"]["best"] == [0]
    assert list(model["checkpoints"]) == ["1", "2", "3"]
    assert model["threshold"]["of_validation"] is not None
    without = "\n".join(["epoch,path,label,score", *(r.rpartition(",")[0] for r in rows)])
    _, _, _, found = audited(without)
    assert found["models"][0]["checkpoint"] == "3"
    _, _, _, found = audited(text, "--checkpoint=1")
    assert found["models"][0]["checkpoint"] == "1"
    assert audited(text, "--checkpoint=7")[0] == 2


def test_what_two_models_do_not_share_is_counted(audited):
    _, out, _, found = audited(TYPED + "ours,f,real,0.2\n")
    assert "on the 5 examples that both have; 1 are in ours only, 0 in theirs only" in out
    assert found["differences"][0]["examples"] == 5
    status, _, err, _ = audited(TYPED.replace("theirs,", "theirs,x"))
    assert (status, "share no example" in err) == (2, True)


def test_names_are_harmless_on_the_page(audited, tmp_path):
    nasty = "=1+1<script>alert(1)</script>"
    audited(TYPED.replace("ours", nasty))
    page = (tmp_path / "s_audit.html").read_text()
    assert "<script>alert" not in page
    assert "%22=1" not in page  # in the CSV behind a link a formula begins with a quote
    assert "%27%3D1" in page


@pytest.mark.parametrize(
    ("content", "argv", "message"),
    [
        (TYPED.replace("real", "fake"), (), "all 5 examples are fake: without real ones"),
        (TYPED + "ours,e,fake,x\n", (), "row 12 ('x')"),
        (TYPED, ("--columns=score:prob",), "no column 'prob'"),
        (TYPED, ("--published=auc",), "--published=auc: write the metric"),
        (TYPED, ("--out=page.txt",), "ends with .html"),
        (TYPED, ("--scale=percent", "--threshold=7", "--out=none/p.html"), "no folder none"),
    ],
)
def test_a_mistake_ends_in_a_sentence(audited, content, argv, message):
    status, _, err, found = audited(content, *argv)
    assert status == 2
    assert message in err
    assert found is None


def test_scores_are_never_overwritten(audited, tmp_path):
    status, _, err, _ = audited(TYPED, f"--out={tmp_path / 'x.html'}", name="x.json")
    assert (status, "one of the files of scores" in err) == (2, True)
    assert (tmp_path / "x.json").read_text() == TYPED


def test_no_file_and_no_name_of_one(call, tmp_path):
    assert "there is no such file of scores" in call(audit, tmp_path / "none.csv")[2]
    assert "name a CSV of scores" in call(audit, "--scores=none")[2]
