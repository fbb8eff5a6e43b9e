"""Sentences on tickets beside their dense network with all the steps of the search."""

from collections.abc import Mapping, Sequence
from typing import Any

from jaxticket.report.page.cells import answer, ends_of_estimate
from jaxticket.report.page.parts import Control
from jaxticket.runs.controls import LONG_DENSE
from jaxticket.verdicts.same_compute import same_compute, words_of_ends
from jaxticket.verdicts.wording import NOT_YET


def of_control(control: Control, metric: str) -> str:
    """Return what follows "The ticket" of a run.

    Args:
        control: the dense network with all the steps, on answers of the ticket's form.
        metric: such as `auc`.
    """
    over = ends_of_estimate(control.gains[metric])[:3]
    more = ends_of_estimate(control.over_dense.get(metric, {}))[:3]
    return f"at {control.sparsity:.1%} {same_compute(words_of_ends(over), over, more)}."


def of_findings(findings: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a sentence for every ticket of a study that was compared so, by AUC.

    Args:
        findings: as JSON keeps them.
    """
    sentences = []
    for row in findings:
        if row["kind"] != LONG_DENSE or not row.get("ticket_over", {}).get("auc"):
            continue
        verdict = row.get("ticket_better", {}).get("auc")
        words = answer(verdict).words if verdict else NOT_YET
        over = ends_of_estimate(row["ticket_over"]["auc"])[:3]
        more = ends_of_estimate(row.get("over_dense", {}).get("auc", {}))[:3]
        sentences.append(
            f"{row['model']} on {row['target']}: by AUC the ticket at {100 * row['sparsity']:g}% "
            f"{same_compute(words, over, more)}."
        )
    return sentences
