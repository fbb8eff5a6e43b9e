import math
from dataclasses import replace

import pytest

from experiments.study.pages.by_method import write_by_method
from experiments.study.plan import cell_name
from tests.experiments.written_study import GROUPS, LABELS, N, small_study, write_run

# Of every eight pictures four are real, two forged by Swap and two by Blend.
METHODS = [("Swap" if i % 8 < 4 else "Blend") if LABELS[i] else "real" for i in range(N)]
RIGHT = [1.0 if label else -1.0 for label in LABELS]


def wrong_on(*positions):
    return [-score if i in positions else score for i, score in enumerate(RIGHT)]


@pytest.fixture
def study(tmp_path):
    """Dense misses two of ten Blend fakes; at 50% five of them and one real picture."""
    return written(tmp_path)


def written(tmp_path, compressions="", groups=GROUPS):
    study = small_study(tmp_path)
    study = replace(study, datasets=("one",), sparsities=(0.5,), controls=(), transfer=(),
                    control_sparsities=())  # fmt: skip
    dense, ticket = wrong_on(5, 13), wrong_on(5, 13, 21, 29, 37, 0)
    for seed in study.seeds:
        for name, levels in (("dense", [(0.0, 9, dense)]), ("global", [(0.5, 5, ticket)])):
            write_run(study, cell_name("meso4", "one", seed, name), levels, methods=METHODS,
                      compressions=compressions, groups=groups)  # fmt: skip
    return study


def by_place(figures):
    return {(f.sparsity, f.by, f.name, f.measure, f.metric): f for f in figures}


def test_recalls_and_aucs_of_each_method_against_dense(study):
    found = by_place(write_by_method(study))
    swap, blend = (found[0.5, "method", name, "value", "recall"] for name in ("Swap", "Blend"))
    assert (swap.estimate.value, blend.estimate.value) == (1, 0.5)
    assert (blend.examples, blend.estimate.seeds, blend.estimate.groups) == (10, 3, 10)
    lost = found[0.5, "method", "Blend", "difference", "recall"]
    assert (lost.against, lost.estimate.value) == ("dense", pytest.approx(-0.3))
    assert found[0.5, "method", "Swap", "difference", "recall"].estimate.value == 0
    real = found[0.5, "method", "real", "difference", "recall"].estimate
    assert real.value == pytest.approx(-1 / 20)
    # Of 20 reals the 5 right fakes beat 19 and tie with 1; the 5 missed ones tie with 19.
    auc = found[0.5, "method", "Blend", "value", "auc"].estimate.value
    assert auc == pytest.approx((5 * 19.5 + 5 * 9.5) / 200)
    assert found[0.5, "method", "Blend", "value", "auc"].examples == 30
    assert (0.5, "method", "real", "value", "auc") not in found
    assert not [place for place in found if place[0] == 0.0 and place[3] == "difference"]
    assert not [place for place in found if place[1] == "compression"]


def test_the_page(study):
    write_by_method(study)
    text = (study.out / "by_method.md").read_text()
    assert "Test pictures: 20 real, 10 Blend, 10 Swap." in text
    assert "| method | sparsity | n | real | Blend | Swap |" in text
    assert "| global | 50% | 3 | 0.950 [" in text
    assert "compression, real and fake" not in text
    assert (study.out / "by_method.json").is_file()


def test_a_method_of_one_group_has_what_the_head_says(tmp_path):
    study = written(tmp_path, groups=[99 if m == "Blend" else i for i, m in enumerate(METHODS)])
    found = by_place(write_by_method(study))
    recall, auc = (
        found[0.5, "method", "Blend", "value", name].estimate for name in ("recall", "auc")
    )
    assert 0 <= recall.low < recall.high <= 1
    assert recall.groups == 1
    assert math.isnan(auc.low)
    assert math.isnan(auc.high)
    text = (study.out / "by_method.md").read_text()
    assert "its recall has an interval over seeds alone (with several)" in text


def test_compressions_where_a_set_has_several(tmp_path):
    study = written(tmp_path, ["c40" if i % 8 > 3 else "c23" for i in range(N)])
    found = by_place(write_by_method(study))
    # All mistakes but the one on a real picture are of Blend, which is at c40 here.
    for level, right in (("c40", 15), ("c23", 19)):
        value = found[0.5, "compression", level, "value", "accuracy"].estimate.value
        assert value == pytest.approx(right / 20)
    lost = found[0.5, "compression", "c40", "difference", "accuracy"].estimate.value
    assert lost == pytest.approx(-3 / 20)
    assert found[0.5, "compression", "c23", "difference", "auc"].estimate.value < 0
    assert "| method | sparsity | n | c23 | c40 |" in (study.out / "by_method.md").read_text()
