import numpy as np
import pytest
from scipy import stats

from experiments.coverage import WORLDS, Config, false_claims, measure
from experiments.measuring.simulated_logits import at_margin
from jaxticket.statistics import (
    METRICS,
    mean_interval,
    paired_interval,
    retention_interval,
    seed_values,
)
from jaxticket.statistics.estimate import variance_parts
from jaxticket.verdicts.rules import MARGINS

GENERATOR = np.random.default_rng(0)
LABELS = np.arange(80) % 2
GROUPS = np.arange(80) // 4
DENSE = GENERATOR.normal(2.0 * LABELS - 1, 1, (3, 80))
TICKET = DENSE + GENERATOR.normal(0, 0.5, (3, 80))


def test_one_seed_of_equal_groups_is_students_interval_of_group_means():
    # Groups of equal size: the accuracy is the mean of the groups' accuracies.
    right = ((DENSE[0] > 0) == LABELS).reshape(20, 4).mean(axis=1)
    wrong = ((TICKET[0] > 0) == LABELS).reshape(20, 4).mean(axis=1)
    found = paired_interval("accuracy", LABELS, TICKET[:1], DENSE[:1], GROUPS)
    few = np.sqrt(1 + 0.75 / 20 / (2 - right.mean() - wrong.mean()))
    low, high = stats.t.interval(0.95, 19, np.mean(wrong - right), few * stats.sem(wrong - right))
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))


@pytest.mark.parametrize("metric", METRICS)
def test_the_value_is_the_mean_over_seeds(metric):
    each = [METRICS[metric](LABELS, row) for row in DENSE]
    assert seed_values(metric, LABELS, DENSE).tolist() == pytest.approx(each, abs=1e-12)
    found = mean_interval(metric, LABELS, DENSE, GROUPS)
    assert found.value == pytest.approx(np.mean(each), abs=1e-12)
    assert 0 <= found.low < found.value < found.high <= 1
    assert (found.seeds, found.groups, found.scarce) == (3, 20, 20)


@pytest.mark.parametrize("metric", METRICS)
def test_a_difference_turns_with_its_sides(metric):
    ab = paired_interval(metric, LABELS, TICKET, DENSE, GROUPS)
    ba = paired_interval(metric, LABELS, DENSE, TICKET, GROUPS)
    assert (ab.value, ab.low, ab.high) == pytest.approx((-ba.value, -ba.high, -ba.low))


def test_pairing_takes_away_what_both_share():
    labels, generator = GROUPS % 2, np.random.default_rng(0)
    hard = generator.normal(0, 1, 20)[GROUPS]
    dense, ticket = (labels - 0.5 + hard + generator.normal(0, 0.2, (3, 80)) for _ in range(2))
    paired = paired_interval("accuracy", labels, ticket, dense, GROUPS)
    apart = [mean_interval("accuracy", labels, both, GROUPS).error for both in (dense, ticket)]
    assert paired.error < 0.3 * np.hypot(*apart)


def test_the_same_predictions_differ_by_nothing():
    found = paired_interval("auc", LABELS, DENSE, DENSE, GROUPS)
    assert (found.value, found.low, found.high) == (0, 0, 0)


@pytest.mark.parametrize("sizes", [np.full(18, 20), np.arange(18) + 10])
def test_as_many_errors_in_every_seed_at_other_places_are_no_certainty(sizes):
    groups = np.repeat(np.arange(18), sizes)
    generator = np.random.default_rng(0)

    def scores(errors):
        rows = np.where(labels == 1, 1.0, -1.0) * np.ones((3, 1))
        for row in rows:
            row[generator.permutation(len(labels))[:errors]] *= -1
        return rows

    labels = groups % 2
    found = [paired_interval("accuracy", labels, scores(30), scores(36), groups) for _ in range(20)]
    # 6 more errors in about 360; an error in 10 is some 1.3 points uncertain for each of both.
    assert all(one.high - one.low > 0.01 for one in found)
    assert sum(one.low > 0 for one in found) <= 1
    one = mean_interval("accuracy", labels, scores(30), groups)
    assert one.high - one.low > 0.01


def test_frames_are_no_further_evidence():
    twice = np.repeat(np.arange(80), 2)
    once = mean_interval("auc", LABELS, DENSE, GROUPS)
    again = mean_interval("auc", LABELS[twice], DENSE[:, twice], GROUPS[twice])
    assert (again.low, again.high) == (pytest.approx(once.low), pytest.approx(once.high))


def test_the_rarer_class_limits():
    pure = np.where(np.arange(80) < 60, 0, 1)
    assert mean_interval("auc", pure, DENSE, GROUPS).scarce == 5


def test_many_groups_without_a_closed_form_are_bunched():
    found = mean_interval("average_precision", LABELS, DENSE, np.arange(80))
    labels, scores = np.tile(LABELS, 3), np.tile(DENSE, 3)
    bunched = mean_interval("average_precision", labels, scores, np.arange(240))
    assert (bunched.groups, bunched.scarce) == (240, 100)
    assert bunched.group_variance < found.group_variance


def test_retention_by_hand():
    # Dense is right on 18 of 20 everywhere, the ticket on 16: (0.8 - 0.5) / (0.9 - 0.5).
    labels, groups = np.arange(20) % 2, np.arange(20)
    dense = np.where(np.arange(20) < 2, -1.0, 1.0) * (2 * labels - 1)
    ticket = np.where(np.arange(20) < 4, -1.0, 1.0) * (2 * labels - 1)
    found = retention_interval("accuracy", labels, ticket[None], dense[None], groups)
    assert found.value == pytest.approx(0.75)
    right = np.arange(20)
    part = ((right >= 4) - 0.5) - 0.75 * ((right >= 2) - 0.5)
    error = stats.sem(part / 0.4) * np.sqrt(1 + 0.75 / 10 / (0.1 + 0.2))
    assert found.error == pytest.approx(error)
    assert found.low == pytest.approx(0.75 - stats.t.ppf(0.975, 9) * error)


def test_seeds_that_retain_unlike_parts_are_no_tie():
    # Right are dense 88 and 92 of 100, the ticket 71 and 69: (0.7 - 0.5) / (0.9 - 0.5).
    right_dense, right = (
        np.arange(100) >= np.array(wrong)[:, None] for wrong in ([12, 8], [29, 31])
    )
    labels, groups = np.arange(100) % 2, np.arange(100)
    dense, ticket = (np.where(rows, 1.0, -1.0) * (2 * labels - 1) for rows in (right_dense, right))
    found = retention_interval("accuracy", labels, ticket, dense, groups)
    assert found.value == pytest.approx(0.5)
    of_seeds, of_groups = variance_parts((right - 0.5 - 0.5 * (right_dense - 0.5)) / 0.4)
    assert of_groups > 0
    assert found.seed_variance / found.group_variance == pytest.approx(of_seeds / of_groups)


def test_a_dense_network_at_chance_retains_nothing():
    scores = np.random.default_rng(1).normal(size=(3, 80))
    assert retention_interval("accuracy", LABELS, DENSE, scores, GROUPS) is None
    assert retention_interval("auc", LABELS, scores, DENSE, GROUPS).high < 0.6
    assert retention_interval("auc", LABELS, scores, scores, GROUPS, chance=0.1).value == 1


def test_undefined_without_a_group():
    # All fakes in one group: without it there is no AUC.
    labels = (np.arange(80) < 4).astype(int)
    found = mean_interval("auc", labels, DENSE, GROUPS)
    assert np.isfinite(found.value)
    assert np.isnan(found.low)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"groups": GROUPS[1:]}, "79 groups"),
        ({"scores_b": DENSE[:2]}, "pair them by seed"),
        ({"scores_b": np.where(np.arange(80) == 3, np.nan, DENSE)}, "example 3 in row 0"),
        ({"scores_a": DENSE[0], "scores_b": DENSE[0]}, "must be"),
        ({"scores_a": DENSE[:0], "scores_b": DENSE[:0]}, "hold nothing"),
        ({"metric": "f1"}, "unknown metric"),
    ],
)
def test_what_does_not_fit_is_refused(change, message):
    given = {"metric": "auc", "labels": LABELS, "scores_a": DENSE, "scores_b": DENSE,
             "groups": GROUPS}  # fmt: skip
    with pytest.raises(ValueError, match=message):
        paired_interval(**{**given, **change})


def test_a_claim_near_one_is_seldom_false():
    # Without the mistakes added, more than a tenth of the claims are.
    world = at_margin("auc", WORLDS["typical"], 0.99, MARGINS["auc"])
    assert false_claims(Config(repeats=150, frames=5), "auc", world, 5, 20).share < 0.05


@pytest.mark.parametrize(("world", "least"), [("typical", 0.90), ("uneven seeds", 0.88)])
def test_intervals_hold_the_truth(world, least):
    # Without the groups' part the means of "typical" fall to 80%, without the seeds' part all of
    # "uneven seeds" to 80% and less.
    config = Config(repeats=120, frames=5, metrics=("accuracy",))
    for found in measure(config, WORLDS[world], 3, 20):
        assert found.share >= least
        assert found.width < 0.7
