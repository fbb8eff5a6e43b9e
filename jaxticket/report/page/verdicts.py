"""The verdict: of a run's levels against its dense network, and of a study's tickets."""

from collections.abc import Mapping, Sequence
from typing import Any

from jaxticket.report.marks import Mark
from jaxticket.report.page.axes import even_in_rounds, sparsity_axis, value_axis
from jaxticket.report.page.blocks import Panels, Section, Table, Text, bars_note, brackets_note
from jaxticket.report.page.cells import Answer, Share, answer, ends_of_estimate, is_number, show
from jaxticket.report.page.parts import Control, Judged, RunPart, StudyPart, run_marks
from jaxticket.report.page.plot import Curve, Plot, Point
from jaxticket.report.page.rules import OF_MEANS, RULE, about, corrected, rule_name
from jaxticket.report.page.same_compute import of_control, of_findings
from jaxticket.runs.controls import LONG_DENSE
from jaxticket.text import direction_of_gain, metric_name
from jaxticket.verdicts.wording import (
    AS_GOOD,
    INCONCLUSIVE,
    NOT_WINNING,
    RULES_IN_SHORT,
    WINNING,
    side_of_zero,
)


def verdict_section(runs: Sequence[RunPart], studies: Sequence[StudyPart]) -> Section | None:
    """Return the section; None where nothing was judged."""
    blocks: list[Any] = []
    for study in studies:
        blocks += _of_study(study)
    judged = [part for part in runs if part.judged]
    for part in judged:
        blocks.append(Text(summary(part, name=len(runs) + len(studies) > 1)))
    if judged:
        blocks += [
            *(
                Text(text)
                for part in judged
                for text in _against_controls(part, name=len(judged) > 1)
            ),
            Text(
                "All this is of one seed; what it comes to with the other seeds and controls "
                "beside it stands at the top of the page."
            ),
            _plot(judged, run_marks(runs)),
            *(_table(part, alone=len(judged) == 1) for part in judged),
            *(_control_table(part, alone=len(judged) == 1) for part in judged if part.controls),
            _rules(list(judged[0].judged[0].rules)),
        ]
    return Section("verdict", "The verdict", blocks) if blocks else None


def summary(part: RunPart, *, name: bool = False) -> str:
    """Return in a sentence or two how far a run can be pruned without losing more than the margin.

    Args:
        part: with levels that were judged.
        name: whether to begin with the run's name.
    """
    metric = part.judged[0].metric
    levels = [level for level in part.judged if level.metric == metric]
    points = f"{100 * levels[0].margin:g} point{'' if levels[0].margin == 0.01 else 's'}"
    margin = f"{points} of {metric_name(metric)}"
    by_words: dict[str, list[Judged]] = {}
    for level in levels:
        by_words.setdefault(level.rules[RULE]["words"], []).append(level)
    start = f"{part.name}: in" if name else "In"
    if good := by_words.pop(AS_GOOD, []):
        deepest = good[-1]
        text = (
            f"{start} this training, {_many(len(good), len(levels))} within {margin} of the dense "
            f"network, the deepest at {deepest.sparsity:.1%} pruned ({_difference(deepest.gain)})."
        )
    else:
        text = (
            f"{start} this training, no sparse level is clearly within {margin} of the dense "
            "network."
        )
    for words, rest in by_words.items():
        why = " (the interval holds both answers)" if words == INCONCLUSIVE else ""
        text += (
            f" {words.capitalize()}{why}: {', '.join(f'{level.sparsity:.1%}' for level in rest)}."
        )
    if any(is_number(level.gain["low"]) and level.gain["low"] > level.margin for level in levels):
        text += (
            " Some level is better than the dense network by more than the margin: the dense "
            "network may not have been trained long enough for a comparison."
        )
    return text


def _to_beat(part: RunPart) -> list[Control]:
    """Return the controls that a winning ticket beats."""
    return [control for control in part.controls if control.kind != LONG_DENSE]


def _against_controls(part: RunPart, *, name: bool) -> list[str]:
    """Return in sentences whether the tickets beat their controls, and the same compute.

    What they need not beat, the dense network with all the steps of the search, has its own.
    """
    metric = part.judged[0].metric
    start = f"{part.name}: the" if name else "The"
    answers, compute = [], []
    for control in part.controls:
        if metric not in control.gains:
            continue
        if control.kind == LONG_DENSE:
            compute.append(f"{start} ticket {of_control(control, metric)}")
            continue
        gain = control.gains[metric]
        low, high = (gain[end] if is_number(gain[end]) else 0.0 for end in ("low", "high"))
        words = side_of_zero(low, high)
        answers.append(f"{control.name} at {control.sparsity:.1%}: {words} ({_difference(gain)})")
    sentence = f"{start} ticket against its controls, in {metric_name(metric)}: "
    return ([f"{sentence}{'; '.join(answers)}."] if answers else []) + compute


def _many(count: int, whole: int) -> str:
    return f"{count} of {whole} sparse levels {'is' if count == 1 else 'are'} clearly"


def _difference(gain: Mapping[str, Any]) -> str:
    return f"difference {show(ends_of_estimate(gain, sign=True))}"


def _plot(parts: Sequence[RunPart], looks: Mapping[str, Mark]) -> Panels:
    plots = []
    for metric in dict.fromkeys(level.metric for part in parts for level in part.judged):
        curves, margin = [], 0.0
        for part in parts:
            name = part.network if len(looks) == 1 else part.name
            levels = [level for level in part.judged if level.metric == metric]
            margin = levels[0].margin if levels else margin
            points = [
                Point(
                    even_in_rounds(level.sparsity), level.gain["value"], level.gain["low"],
                    level.gain["high"], f"{level.sparsity:.1%} pruned: {_difference(level.gain)}",
                )
                for level in levels
                if is_number(level.gain["value"])
            ]  # fmt: skip
            curves.append(Curve(name, points, line=len(parts) > 1, mark=looks[part.name]))
        values = [v for c in curves for p in c.points for v in (p.y, p.low, p.high) if is_number(v)]
        title = f"{metric_name(metric)} minus dense"
        plots.append(
            Plot(
                title=title,
                alt=f"{title} in points against sparsity, with 95% intervals; a level is as "
                f"good as dense where its whole interval lies above minus {100 * margin:g} points",
                x=sparsity_axis(level.sparsity for part in parts for level in part.judged),
                y=value_axis(
                    f"{title} (points)", [*values, 0.0, -1.15 * margin, 0.3 * margin], percent=True
                ),
                curves=curves,
                lines=[(0.0, "as dense"), (-margin, f"margin: -{100 * margin:g}")],
                better=direction_of_gain(metric, "the ticket"),
            )
        )
    return Panels(
        "", plots, "Paired differences on the same test pictures"
        + bars_note(plots, "95% over the test groups of one seed, each level for itself, "
                    "uncorrected")
        + ".",
    )  # fmt: skip


def _table(part: RunPart, *, alone: bool) -> Table:
    rows = [
        (
            level.level, Share(level.sparsity), metric_name(level.metric),
            ends_of_estimate(level.gain, sign=True),
            *(Answer(rule["words"], rule["holds"]) for rule in level.rules.values()),
            level.rules[RULE]["reason"],
        )
        for level in part.judged
    ]  # fmt: skip
    heads = ("level", "sparsity", "metric", "minus dense", *map(rule_name, part.judged[0].rules),
             "in numbers")  # fmt: skip
    stem = "verdicts" if alone else f"verdicts_{part.name}"
    whose = "" if alone else f" of {part.name}"
    return Table(
        stem, f"Each rule on each level{whose}. {about(part.judged[0].rules)}", heads, rows,
        hidden=True,
        summary=f"Each rule on each level{whose}, with its numbers",
    )  # fmt: skip


def _control_table(part: RunPart, *, alone: bool) -> Table:
    rows = [
        (
            control.level, Share(control.sparsity), control.name, metric_name(metric),
            control.record.test_value(metric), ends_of_estimate(gain, sign=True),
        )
        for control in part.controls
        for metric, gain in control.gains.items()
    ]  # fmt: skip
    whose = "" if alone else f" of {part.name}"
    return Table(
        "controls" if alone else f"controls_{part.name}",
        f"The controls{whose}, found in the folders beside it; paired differences on the same test "
        "pictures" + brackets_note(rows, "95% over the test groups of one seed, uncorrected"),
        ("level", "sparsity", "control", "metric", "control's", "ticket minus control"), rows,
    )  # fmt: skip


def _rules(rules: Sequence[str]) -> Table:
    """Return what each rule asks, in a line."""
    rows = [(rule_name(rule), RULES_IN_SHORT[rule]) for rule in rules if rule in RULES_IN_SHORT]
    return Table("rules", "Where each rule says yes", ("rule", "yes, where"), rows, hidden=True)


def _of_study(study: StudyPart) -> list[Any]:
    judged = [row for row in study.findings if row.get("verdicts")]
    if not judged:
        return [Text("No ticket of this study could be judged yet.")]
    every = [verdicts for row in judged for verdicts in row["verdicts"].values()]
    rules = list(dict.fromkeys(rule for verdicts in every for rule in verdicts))
    rules.sort(key=lambda rule: rule in OF_MEANS)
    rows, reasons = [], []
    for row in judged:
        for metric, verdicts in row["verdicts"].items():
            place = (row["model"], row["target"], row["method"], Share(row["sparsity"]),
                     metric_name(metric))  # fmt: skip
            over = row.get("over_dense", {}).get(metric)
            answers = {rule: answer(verdict) for rule, verdict in verdicts.items()}
            rows.append((
                *place, len(row["seeds"]), ends_of_estimate(over, sign=True) if over else None,
                *map(answers.get, rules),
            ))  # fmt: skip
            reasons += [
                (*place, rule_name(rule), answers[rule], verdicts[rule]["reason"])
                for rule in verdicts
            ]
    words = {verdict["words"] for verdicts in every for verdict in verdicts.values()}
    first = ("model", "data", "method", "sparsity", "metric")
    return [
        *(Text(text) for text in (*_claims(judged), *of_findings(study.findings))),
        Table("verdicts", "Verdicts by named rules, over n seeds"
              + brackets_note(rows, "95% over seeds and test groups")
              + f". {corrected(rules, words)}",
              (*first, "n", "minus dense", *map(rule_name, rules)), rows),
        Table("verdict_reasons", "Every verdict with its numbers",
              (*first, "rule", "verdict", "in numbers"), reasons, hidden=True),
        _rules(rules),
    ]  # fmt: skip


def _claims(judged: Sequence[Any]) -> list[str]:
    """Return a sentence for every model and data set: at which levels its tickets win."""
    texts = []
    for model, target in dict.fromkeys((row["model"], row["target"]) for row in judged):
        claims = {
            row["sparsity"]: row["verdicts"]["auc"]["winning"]
            for row in judged
            if (row["model"], row["target"]) == (model, target)
            and "winning" in row["verdicts"].get("auc", {})
        }
        if not claims:
            texts.append(
                f"{model} on {target}: whether a ticket is winning (as good as dense, and "
                "better than every control) cannot be judged yet: its controls are not all done, "
                "or none were asked for."
            )
            continue
        answers = ((True, WINNING), (False, NOT_WINNING), (None, INCONCLUSIVE))
        levels = {
            words: ", ".join(f"{100 * s:g}%" for s in sorted(claims) if claims[s]["holds"] is holds)
            for holds, words in answers
        }
        listed = "; ".join(f"{words} at {at} pruned" for words, at in levels.items() if at)
        text = f"{model} on {target}: by AUC the ticket is {listed}."
        if any(claim.get("seeds") == 1 for claim in claims.values()):
            text += " One seed: that is about this training only."
        texts.append(text)
    return texts
