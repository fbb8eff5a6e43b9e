"""What the rules of verdicts are called on a page, and what must be said of them there."""

from collections.abc import Collection, Iterable

from jaxticket.report.marks import network_name
from jaxticket.verdicts.wording import INCONCLUSIVE

RULE = "non_inferior"
RULE_NAMES = {
    "paper": "at least dense (a' ≥ a)",
    "within_0.2": "within 0.2 points",
    "one_sd": "within one deviation",
    "non_inferior": "as good as dense",
    "winning": "winning ticket",
}


BETTER_THAN = "better than "
OF_MEANS = ("paper", "within_0.2", "one_sd")
"""About the means of these trainings only: they stand last."""


def rule_name(rule: str) -> str:
    """Return how a rule is called on the page."""
    if rule.startswith(BETTER_THAN):
        return BETTER_THAN + network_name(rule.removeprefix(BETTER_THAN))
    return RULE_NAMES.get(rule, rule)


def about(rules: Iterable[str]) -> str:
    """Return what the rules of a run's levels are about."""
    means = [rule_name(rule) for rule in rules if rule in OF_MEANS]
    texts = [f"'{name}'" for name in means]
    text = f"About the means of this training only: {' and '.join(texts)}." if texts else ""
    return f"{text} '{rule_name(RULE)}' is about the interval.".strip() if RULE in rules else text


BOTH_ANSWERS = "An interval that holds both answers is inconclusive."


def corrected(rules: Iterable[str], words: Collection[str]) -> str:
    """Return which of a study's rules are corrected, and what `inconclusive` among words means."""
    rules = list(rules)
    over = []
    if "winning" in rules:
        over.append(f"'{rule_name('winning')}' is corrected by Holm's method over its levels")
    if any(rule.startswith("better than") for rule in rules):
        over.append("'better than' by Holm's method over levels and controls")
    texts = [BOTH_ANSWERS] if INCONCLUSIVE in words else []
    if over:
        plain = f" and '{rule_name(RULE)}'" if RULE in rules else ""
        texts.append(
            f"The intervals{plain} are uncorrected; {', '.join(over)}: so they may differ."
        )
    return " ".join(texts)
