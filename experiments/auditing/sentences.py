"""The sentences of an audit, the same on its page and on a terminal."""

from experiments.auditing.figures import METRICS, Difference
from experiments.auditing.findings import Audit
from experiments.auditing.one_model import Audited
from experiments.auditing.published import Published
from jaxticket.text import count_text, interval_text, metric_name
from jaxticket.verdicts.wording import words_of_seeds

OWN_THRESHOLD = (
    "A threshold that was chosen on these scores must not be reported on these scores: choose it "
    "on a validation split, and read this one once."
)


def headline(audit: Audit) -> list[tuple[str, str]]:
    """Return what comes first: warnings, then the answer of each comparison and model."""
    said = [("Look here", text) for text in audit.warnings]
    said += [
        ("Difference", compared(each))
        for each in audit.differences
        if each.metric == "auc" and each.unit == audit.models[0].unit
    ]
    return said + [(model.name, in_short(model, audit)) for model in audit.models]


def in_short(model: Audited, audit: Audit) -> str:
    """Return a model's figures in a sentence."""
    auc, right, _ = (model.figure(name).estimate for name in METRICS[:3])
    real, fake, groups = model.counts[model.unit]
    at = f" (checkpoint {model.checkpoint}: {model.checkpoint_why})" if model.checkpoint else ""
    return (
        f"AUC {interval_text(*auc.ends)}, accuracy {interval_text(*right.ends)} by {model.unit}"
        f"{at}; {real:,} real, {fake:,} fake, {groups:,} {audit.grouped_by}, "
        f"{count_text(len(model.seeds), 'seed')}; read as {model.reading.words}."
    )


def compared(difference: Difference) -> str:
    """Return the answer of one comparison as a sentence."""
    words = words_of_seeds(difference.verdict.words, difference.verdict.seeds)
    ends = interval_text(*difference.gain.ends, digits=4, sign=True)
    return (
        f"{difference.first} minus {difference.second}, {metric_name(difference.metric)} by "
        f"{difference.unit}: {ends}: {words}."
    )


def one_more(published: Published) -> str:
    """Return where one more training would come, as text."""
    if published.one_training is None:
        return "not shown by one seed"
    low, high = published.one_training
    return f"{low:.3f} to {high:.3f}"


def worst(model: Audited, by: str) -> list[str]:
    """Return which method or compression a model is worst at; nothing without several."""
    mine = [auc for auc, _ in model.parts(by)]
    if len(mine) < 2:
        return []
    low = min(mine, key=lambda figure: figure.estimate.value)
    return [f"worst at {low.name}: AUC {interval_text(*low.estimate.ends)}."]


def threshold_words(model: Audited) -> str:
    """Return what the threshold does, as a sentence."""
    at = model.threshold
    text = (
        f"above the threshold {at.threshold:g} lie {at.called_fake:.1%} of all {model.unit}"
        if model.reading.sign == 1
        else f"below the threshold {at.threshold:g} lie {at.called_fake:.1%} of all {model.unit}"
    )
    text += (
        f", {at.reals_called_fake:.1%} of the reals, {at.fakes_called_fake:.1%} of the fakes: "
        f"balanced accuracy {at.balanced_accuracy:.3f}. These scores want {at.wanted:.4g} "
        f"({at.best:.3f})"
    )
    if at.of_validation is not None:
        text += f"; the validation split {at.chosen_on_validation:.4g} ({at.of_validation:.3f})"
    return f"{text}."


def choice_words(model: Audited, grouped_by: str) -> list[str]:
    """Return what choosing among checkpoints on the test set adds; nothing without several."""
    choice = model.choice
    if choice is None:
        return []
    names = list(model.checkpoints)
    best = ", ".join(dict.fromkeys(names[at] for at in choice.best))
    return [
        f"the best of {len(names)} checkpoints on these scores ({best}) has an AUC of "
        f"{choice.value:.4f}. Where half of the {grouped_by} choose and the other half is read, it "
        f"is {choice.honest:.4f}: choosing on the test set flatters by "
        f"{interval_text(*choice.flattery.ends, digits=4, sign=True)}."
    ]
