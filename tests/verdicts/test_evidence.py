import numpy as np

from jaxticket.statistics import mean_interval, paired_interval
from jaxticket.verdicts.evidence import gather
from jaxticket.verdicts.rules import judge
from jaxticket.verdicts.wording import WORSE

LABELS, GROUPS = np.arange(80) % 2, np.arange(80) // 4
DENSE = np.random.default_rng(0).normal(2.0 * LABELS - 1, 1, (3, 80))
RANDOM = np.random.default_rng(1).normal(0, 1, (3, 80))


def test_evidence_from_scores():
    found = gather("auc", LABELS, GROUPS, DENSE, DENSE, {"random": RANDOM})
    assert found.dense == found.ticket
    assert found.over_dense.value == 0
    assert found.over_controls["random"] == paired_interval("auc", LABELS, DENSE, RANDOM, GROUPS)
    assert all(verdict.holds is True for verdict in judge(found).values())


def test_a_lower_error_rate_is_a_gain():
    better = DENSE + 2.0 * LABELS
    found = gather("eer", LABELS, GROUPS, DENSE, better)
    assert np.mean(found.ticket) < np.mean(found.dense)
    assert found.over_dense.low > 0
    assert judge(found, margin=0.02)["paper"].holds is True
    turned = gather("eer", LABELS, GROUPS, better, DENSE)
    assert judge(turned, margin=0.02)["paper"].holds is False
    assert judge(turned, margin=0.02)["non_inferior"].words == WORSE


def test_whether_dense_has_learnt_is_told_by_a_metric_that_knows_chance():
    uneven = (np.arange(80) % 5 > 0).astype(int)
    for metric, by in (("accuracy", "balanced_accuracy"), ("auc", "auc"), ("eer", "auc")):
        found = gather(metric, uneven, GROUPS, DENSE, RANDOM)
        assert found.learnt == mean_interval(by, uneven, DENSE, GROUPS)
        assert found.chance == 0.5


def test_chance_is_one_class_in_many():
    classes = np.arange(80) % 4
    logits = np.random.default_rng(0).normal(0, 1, (3, 80, 4))
    assert gather("accuracy", classes, GROUPS, logits, logits).chance == 0.25
