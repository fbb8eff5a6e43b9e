"""Had a network converged? Told from its own training, or by a longer one of the same network.

Nothing in one training proves that a longer one would not end higher: a falling learning rate
flattens every curve. So the rule asks what the network did while the rate was still high, and a
longer training, where there is one, decides instead (docs/statistics.md, with its weaknesses).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from jaxticket.statistics import Estimate
from jaxticket.text import count_text, interval_text, metric_name

Status = Literal["converged", "not converged", "unknown"]

FITTED = 0.1
"""Below this share of the loss of guessing, the training pictures are fitted."""
LEAST_EPOCHS, FEW_EPOCHS = 4, 8
FALLING = 0.1
"""With few epochs, of the training loss over the last one: it falls still."""
NOISE = 2.0
"""A rise is one where it is more than so many standard errors of the epochs' jitter."""


@dataclass(frozen=True)
class Convergence:
    """Whether a network had converged.

    Attributes:
        status: `converged`, `not converged` or `unknown`.
        reason: a line with the numbers.
    """

    status: Status
    reason: str


def of_training(
    validation: Sequence[float],
    losses: Sequence[float],
    *,
    metric: str,
    margin: float,
    falling_rate: bool,
    epochs: int | None = None,
    classes: int = 2,
    signs: Sequence[str] = (),
) -> Convergence:
    """Judge a network by its own training.

    In this order: a sign that training does not converge: not converged; stopped by patience:
    converged; the last epoch's loss at most a tenth of guessing's: converged; the mean validation
    value of a quarter of the epochs above that of the quarter before by more than the margin, and
    by more than two standard errors of the jitter between epochs: not converged (within them:
    unknown); else converged, but unknown where of fewer than 8 epochs, whose quarter is one, the
    last took more than a tenth off the training loss. The quarters are the last two; under a rate
    that falls over the training the second and the third, since the last is flat whatever was
    learnt before.

    Args:
        validation: values of the metric, an epoch each, higher is better.
        losses: mean training loss of each epoch, in nats.
        metric: its name.
        margin: of the metric, above 0.
        falling_rate: whether the learning rate falls over the training.
        epochs: those planned, where patience may have ended it before; None without patience.
        classes: that are told apart; the loss of guessing is taken as ln(classes).
        signs: of failure that training left (`jaxticket.lottery.signs`).
    """
    if wrong := next((sign for sign in signs if "does not converge" in sign), None):
        return Convergence("not converged", wrong.split(": ", 1)[-1])
    done = len(validation)
    if epochs is not None and done < epochs:
        return Convergence(
            "converged", f"patience ended it after {done} of {epochs} epochs: no better value came"
        )
    guessing = math.log(classes)
    if losses and losses[-1] <= FITTED * guessing:
        return Convergence(
            "converged",
            f"it has fitted its training pictures: loss {losses[-1]:.3f}, guessing is "
            f"{guessing:.3f}",
        )
    if done < LEAST_EPOCHS or not np.all(np.isfinite(validation)):
        return Convergence(
            "unknown", f"its log tells of {count_text(done, 'epoch')}: too few to see a trend"
        )
    found = _by_trend(np.asarray(validation), metric, margin, falling_rate)
    if found.status == "converged" and done < FEW_EPOCHS and len(losses) > 1:
        fell = 1 - losses[-1] / losses[-2]
        if fell > FALLING:
            return Convergence(
                "unknown",
                f"{found.reason}, but the last of only {done} epochs took {fell:.0%} off the "
                f"training loss ({losses[-1]:.3f})",
            )
    return found


def _by_trend(values: np.ndarray, metric: str, margin: float, falling_rate: bool) -> Convergence:
    count = len(values)
    quarter = max(count // 4, 1)
    end = count - quarter if falling_rate else count
    before, after = values[end - 2 * quarter : end - quarter], values[end - quarter : end]
    rise = float(after.mean() - before.mean())
    # Second differences, so that the rise itself does not count as jitter: of independent values
    # with variance v theirs is 6 v.
    jitter = float(np.sqrt(np.mean(np.diff(values[count // 4 :], 2) ** 2) / 6))
    error = jitter * math.sqrt(2 / quarter)
    where = (
        f"from epochs {end - 2 * quarter + 1}-{end - quarter} to {end - quarter + 1}-{end} of "
        f"{count}"
    )
    text = f"validation {metric_name(metric)} changed by {rise:+.3f} {where}"
    if rise <= margin:
        return Convergence("converged", f"{text}, at most the margin of {margin:g}")
    if rise <= NOISE * error:
        return Convergence(
            "unknown", f"{text}, but jumps by {jitter:.3f} from epoch to epoch: too much to tell"
        )
    ending = ", while the rate was high" if falling_rate else ""
    return Convergence(
        "not converged", f"{text}{ending}: more than the margin of {margin:g}, so longer training "
        "may end higher"
    )  # fmt: skip


def by_longer(gain: Estimate, margin: float) -> Convergence | None:
    """Judge a network by a longer training of the same network; None where that leaves it open.

    Args:
        gain: of (longer - the network), paired; above 0, the longer one is better.
        margin: of the metric.
    """
    text = f"trained as long as the search it is {interval_text(*gain.ends, sign=True)} better"
    if gain.low > 0:
        return Convergence("not converged", text)
    if gain.high <= margin:
        return Convergence("converged", f"{text}: at most the margin of {margin:g}")
    return None


def beaten(gain: Estimate, margin: float, of_it: Convergence) -> Convergence:
    """Return what is left of `converged` where a sparse level beats dense by more than the margin.

    Either dense had not converged, or being sparse regularises: a longer training of dense tells.

    Args:
        gain: of (ticket - dense), paired.
        margin: of the metric.
        of_it: what the training itself says.
    """
    if of_it.status != "converged" or not gain.low > margin:
        return of_it
    return Convergence(
        "unknown",
        f"a sparse level beats it by {interval_text(*gain.ends, sign=True)}, more than the margin: "
        "it had not converged, or being sparse regularises",
    )


def worst(parts: Sequence[Convergence]) -> Convergence:
    """Return the most doubtful of the answers for several seeds."""
    order: tuple[Status, ...] = ("not converged", "unknown", "converged")
    return min(parts, key=lambda part: order.index(part.status))
