"""What the reader of an audit has to know, and what is probably wrong with the scores."""

from collections.abc import Sequence

import numpy as np

from experiments.auditing.columns import OF_REALS
from experiments.auditing.labels import against_names
from experiments.auditing.one_model import Audited
from experiments.auditing.reading import Table, shorten
from experiments.options.audit import Config


def labels_read(tables: Sequence[Table], config: Config) -> list[str]:
    """Return what the labels mean, and which columns were not taken."""
    number = config.fake_label
    said = f"{number} is fake{'' if number == 1 else ', as asked'}"
    texts: dict[str, None] = {}
    for table in tables:
        if table.worded:
            texts["Labels are words."] = None
        elif table.columns["label"] in OF_REALS:
            texts["Labels: 1 is real, as the column's name says."] = None
        else:
            texts[f"Labels: {said}."] = None
    for table in tables:
        for role, names in table.passed_over.items():
            texts[
                f"{table.path}: the {role} is taken from the column {table.columns[role]}, not "
                f"from {' or '.join(names)}; --columns={role}:{names[0]} changes that."
            ] = None
    return list(texts)


def labels_doubted(tables: Sequence[Table]) -> list[str]:
    """Return where names of folders or methods say that labels are the other way round."""
    texts = []
    for table in tables:
        for role in ("method", "path", "video"):
            if role not in table.codes:
                continue
            name = against_names(table.names[role], table.codes[role], table.labels)
            if name:
                texts.append(
                    f"{table.path}: the labels stand against the column {table.columns[role]}, "
                    f"such as {shorten(name)}: if in truth 0 is fake, --fake_label=0, and if the "
                    "scores are high for 1, --high=real. The AUC cannot show this where both are "
                    "turned; other figures would be those of the wrong class."
                )
                break
    return texts


def warnings_of(model: Audited) -> list[str]:
    """Return what is probably wrong with a model's scores, a sentence each."""
    texts = []
    auc = model.figure("auc")
    name, reading = model.name, model.reading
    if auc.estimate.value < 0.5:
        other = "fake" if reading.high == "real" else "real"
        sure = auc.estimate.high < 0.5
        texts.append(
            f"{name}: AUC is {auc.estimate.value:.3f}, below 0.5"
            + (
                f": these scores are high for {other}. If so, --high={other}; if the numbers of "
                "the labels are the other way round, --fake_label=0."
                if sure
                else f", but not clearly: it ranks no better than chance, or its scores are high "
                f"for {other} (--high={other})."
            )
        )
    at = model.threshold
    if at.lopsided:
        one_side = (
            f"the medians of reals ({at.medians[0]:.3g}) and of fakes ({at.medians[1]:.3g}) lie on "
            f"one side of the threshold {at.threshold:g}"
        )
        wants = (
            f"the scores are shifted, and want a threshold of {at.wanted:.4g}"
            if at.best - at.balanced_accuracy >= 0.05
            else f"no threshold tells much more (balanced accuracy {at.best:.3f} at most)"
        )
        texts.append(
            f"{name}: (nearly) everything is called {at.lopsided}: {one_side}. Ranks are untouched "
            f"by that (AUC {auc.estimate.value:.3f}): {wants}."
        )
    if np.isnan(auc.estimate.low):
        texts.append(
            f"{name}: no interval, for all its reals or all its fakes hang together: an interval "
            "needs several groups of each."
        )
    return texts
