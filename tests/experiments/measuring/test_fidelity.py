"""The gate: who answers otherwise is not timed."""

import numpy as np
import pytest

from experiments.measuring.fidelity import fidelity

LABELS = np.array([0, 0, 1, 1])
REFERENCE = np.array([-2.0, -1.0, 1.0, 2.0], np.float32)


def test_the_same_answers_pass():
    found = fidelity(REFERENCE + np.float32(1e-5), REFERENCE, LABELS, "float32")
    assert (found.same, found.changed, found.near_ties, found.reason) == (True, 0, 0, "")
    assert found.largest_difference == pytest.approx(1e-5, rel=0.05)
    assert (found.auc, found.reference_auc) == (1.0, 1.0)


def test_another_decision_fails():
    found = fidelity(np.array([-2.0, 0.5, 1.0, 2.0]), REFERENCE, LABELS, "float32")
    assert not found.same
    assert found.reason == "1 of 4 decisions are others, near ties apart"


def test_a_near_tie_may_fall_to_the_other_side():
    reference = np.array([-2.0, -1e-4, 1.0, 2.0], np.float32)
    found = fidelity(np.array([-2.0, 1e-4, 1.0, 2.0]), reference, LABELS, "float32")
    assert (found.same, found.changed, found.near_ties) == (True, 1, 1)


def test_bfloat16_may_differ_by_more():
    reference = np.array([-2.0, -0.01, 1.0, 2.0], np.float32)
    logits = np.array([-2.0, 0.01, 1.0, 2.0])
    assert not fidelity(logits, reference, LABELS, "float32").same
    assert fidelity(logits, reference, LABELS, "bfloat16").same


def test_another_order_fails_though_no_decision_changed():
    reference = np.array([-2.0, 1.0, 3.0, 2.0], np.float32)
    found = fidelity(np.array([-2.0, 2.5, 3.0, 2.0]), reference, LABELS, "float32")
    assert found.reason == "the AUC is 0.7500, the run's own 1.0000"


def test_what_is_not_finite_fails():
    found = fidelity(np.array([np.nan, -1.0, 1.0, 2.0]), REFERENCE, LABELS, "float32")
    assert found.reason == "an answer is not finite"
