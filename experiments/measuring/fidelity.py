"""The gate before any speed: does an engine answer as the run's own network does?"""

import numpy as np

from jaxticket.runs.efficiency import Fidelity
from jaxticket.statistics import METRICS

NEAR = {"float32": 1e-3, "bfloat16": 0.05}
"""A decision may change where the run's own logit is nearer to 0 than this share of the spread
(standard deviation) of all its logits: bfloat16 has 8 bits."""
AUC = {"float32": 5e-4, "bfloat16": 5e-3}
"""By how much the AUC may differ: in float32 it must print alike."""


def fidelity(
    logits: np.ndarray, reference: np.ndarray, labels: np.ndarray, precision: str
) -> Fidelity:
    """Return how an engine's logits stand to the run's own.

    Args:
        logits: float32 [N], of the engine; above 0 is fake.
        reference: float32 [N], the run's own.
        labels: int [N], 1 is fake.
        precision: that the engine computes in.
    """
    changed = (logits > 0) != (reference > 0)
    near = np.abs(reference) < NEAR[precision] * reference.std()
    auc, wanted = (_auc(labels, each) for each in (logits, reference))
    reasons = []
    if not np.isfinite(logits).all():
        reasons.append("an answer is not finite")
    if far := int((changed & ~near).sum()):
        reasons.append(f"{far} of {len(logits)} decisions are others, near ties apart")
    if auc is not None and wanted is not None and not abs(auc - wanted) < AUC[precision]:
        reasons.append(f"the AUC is {auc:.4f}, the run's own {wanted:.4f}")
    return Fidelity(
        examples=len(logits),
        changed=int(changed.sum()),
        near_ties=int((changed & near).sum()),
        largest_difference=float(np.abs(logits - reference).max()),
        auc=auc,
        reference_auc=wanted,
        same=not reasons,
        reason="; ".join(reasons),
    )


def _auc(labels: np.ndarray, logits: np.ndarray) -> float | None:
    if len(set(labels.tolist())) < 2 or not np.isfinite(logits).all():
        return None
    return float(METRICS["auc"](labels, logits))
