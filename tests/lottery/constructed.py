"""Estimates and evidence with given figures."""

from scipy import stats

from jaxticket.statistics import Estimate
from jaxticket.verdicts.evidence import Evidence


def gain(value, error=0.01, freedom=4.0, confidence=0.95):
    half = stats.t.ppf((1 + confidence) / 2, freedom) * error
    return Estimate(
        value=value, low=value - half, high=value + half, seeds=5, groups=40, scarce=20,
        seed_variance=error**2, group_variance=0.0, freedom=freedom, confidence=confidence,
    )  # fmt: skip


def level(over_dense, *over_controls, metric="auc", dense=(0.9, 0.92), ticket=(0.9, 0.92)):
    controls = {f"control {at}": part for at, part in enumerate(over_controls)}
    return Evidence(metric, dense, ticket, over_dense, controls)
