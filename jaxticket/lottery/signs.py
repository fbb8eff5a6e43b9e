"""Signs of failure that a run says aloud, each with its level and its rule."""

import math
from collections.abc import Sequence

from jaxticket.runs import LevelRecord

CLIFF = 0.05
CLIFF_ERRORS = 3.0
RISE = 1.25
RISE_OF_CHANCE = 0.1
ONE_EPOCH = 2.0


def signs(record: LevelRecord, before: LevelRecord | None, chance_loss: float) -> list[str]:
    """Return the warnings about one level, in words; empty if all is well.

    The rules: *cliff*, validation accuracy or AUC (of C classes, balanced accuracy) fell since the
    level before by more than 5 points and by more than 3 standard errors of a difference of two
    accuracies; *no convergence*,
    the mean training loss of the last epoch is not below that of guessing by the class frequencies
    (of a single epoch, whose mean holds the beginning: above twice that), or stands 25%, and a
    tenth of the loss of guessing, above the lowest epoch of the level; *dead layer*, a layer has no
    weight left; *nothing was pruned*, as many weights are left as at the level before.

    Args:
        record: of a level.
        before: that of the level before it, None at level 0.
        chance_loss: entropy of the training labels in nats: the loss of guessing.
    """
    level = record.level
    signs = [f"level {level}: layer {name} has no weight left" for name in record.dead_layers]
    if before and record.weights_left >= before.weights_left:
        signs.append(
            f"level {level}: nothing was pruned: {record.weights_left:,} weights are left, as at "
            f"level {before.level}"
        )
    # A level that was cut short on the way is not meant to converge.
    losses = [] if record.drawn_at is not None and not record.named else record.epoch_losses
    limit = chance_loss if len(losses) > 1 else ONE_EPOCH * chance_loss
    if losses and losses[-1] >= limit:
        signs.append(
            f"level {level}: training does not converge: its last epoch's loss {losses[-1]:.3f} is "
            f"no better than guessing ({chance_loss:.3f})"
        )
    elif losses and losses[-1] > max(
        RISE * min(losses), min(losses) + RISE_OF_CHANCE * chance_loss
    ):
        signs.append(
            f"level {level}: training does not converge: its loss rose from {min(losses):.3f} to "
            f"{losses[-1]:.3f}"
        )
    examples = record.validation_examples
    if before and before.validation and record.validation and examples:
        second = "balanced_accuracy" if record.by_class else "auc"
        for metric in ("accuracy", second):
            old, new = before.validation[metric], record.validation[metric]
            if old is None or new is None:
                continue
            if record.by_class and metric == "balanced_accuracy":
                examples = evenly(record.by_class.validation.confusion)
            error = math.sqrt(2 * max(old * (1 - old), 1e-4) / examples)
            if old - new > max(CLIFF, CLIFF_ERRORS * error):
                signs.append(
                    f"level {level}: cliff: validation {metric} fell from {old:.3f} to {new:.3f}"
                )
    return signs


def evenly(confusion: Sequence[Sequence[int]]) -> float:
    """Return how many examples in classes of one size would tell a mean of recalls as exactly.

    With n_c examples of C classes that is C^2 / sum(1 / n_c): the smallest classes decide.
    """
    counts = [sum(row) for row in confusion]
    return len(counts) ** 2 / sum(1 / count for count in counts)
