"""What the figures of maps come to: are the ticket's like its dense network's because of its mask?

The rule is fixed: by `QUANTITY`, over all pictures, every comparison of a ticket's agreement with
that of a control of its level, or of another seed's dense network, is judged against 0, corrected
over all of them by Holm's method; so is every level against noise.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jaxticket.recipe import control_of
from jaxticket.runs import RunRecord
from jaxticket.runs.attention import Figure, Figures
from jaxticket.runs.composition import composition_text
from jaxticket.runs.controls import WORDS, find_controls
from jaxticket.statistics import holm
from jaxticket.text import count_text, interval_text, is_interval, metric_name, sample_text
from jaxticket.verdicts.wording import LESS_ALIKE, MORE_ALIKE, NO_DIFFERENCE, UNJUDGED, decide
from jaxticket.verdicts.wording import WORDS as ANSWERS

QUANTITY = "rank_correlation"
TAIL = 0.025
"""The largest one-sided p value that is significant, as of the 95% intervals."""
NOISE = "random map"
METHODS = {"grad_cam": "Grad-CAM", "grad_cam_plus_plus": "Grad-CAM++", "hires_cam": "HiResCAM",
           "integrated_gradients": "integrated gradients"}  # fmt: skip
RIVALS = {
    "random mask": "a random mask of its size",
    "random mask in layers": "a random mask with equal layer counts",
    "shuffled": "its mask and first weights, shuffled in each layer",
    "re-initialised": "its mask with other first weights",
    "small dense": "a small dense network",
    "long dense": "the dense network with all the steps of the search",
    "ticket again": "the ticket, trained again",
    "another seed, dense": "another seed's dense network",
}
PHRASES = {
    LESS_ALIKE: "less than those of {} do",
    MORE_ALIKE: "more than those of {} do",
    NO_DIFFERENCE: "not significantly more or less than those of {}",
    UNJUDGED: "as nobody can tell beside those of {}",
}


@dataclass(frozen=True)
class Comparison:
    """A ticket's agreement with its dense network, minus that of something else.

    Attributes:
        row: the figure.
        p: the smaller of both one-sided p values, after Holm's correction, in [0, 1].
        holds: True for more alike, False for less; None where neither can be said.
        words: the answer.
    """

    row: Figure
    p: float
    holds: bool | None
    words: str

    @property
    def numbers(self) -> str:
        """The difference with its interval, and at which sparsity."""
        row = self.row
        ends = interval_text(row.value, row.low, row.high, sign=True, missing="undefined")
        return f"{ends} at {row.sparsity:.1%} pruned"


def against_rivals(rows: Iterable[Figure]) -> list[Comparison]:
    """Return the comparisons with controls and with another seed's dense network, judged."""
    return _judged([row for row in _differences(rows) if row.against != NOISE])


def against_noise(rows: Iterable[Figure]) -> list[Comparison]:
    """Return the comparisons with random maps, the level of chance, judged."""
    return _judged([row for row in _differences(rows) if row.against == NOISE])


def conclusion(figures: Figures) -> str:
    """Return in words what a look says of the ticket's agreement with its dense network."""
    rivals, noise = against_rivals(figures.rows), against_noise(figures.rows)
    texts = []
    if rivals:
        parts = [
            f"{PHRASES[words].format(_rival(name))} ({words}: "
            f"{', '.join(one.numbers for one in alike)})"
            for (words, name), alike in _grouped(rivals).items()
        ]
        texts.append(
            f"The ticket's maps agree with its dense network's {'; '.join(parts)}: "
            f"{_basis(figures, rivals)}."
        )
    else:
        texts.append(
            "Whether the ticket's maps agree with its dense network's more than a control's do "
            f"{UNJUDGED}: no control has been looked at."
        )
    if noise:
        at = {words: [f"{one.row.sparsity:.1%}" for one in noise if one.words == words]
              for words in dict.fromkeys(one.words for one in noise)}  # fmt: skip
        parts = [f"{words} at {', '.join(levels)}" for words, levels in at.items()]
        texts.append(f"Beside random maps, which agree by chance: {'; '.join(parts)} pruned.")
    if any(one.row.p_above is None for one in rivals):
        texts.append(
            "An earlier version made these figures, without p values: the command that made them "
            "makes them again from what is kept."
        )
    return " ".join(texts)


def conclusions(looks: Sequence[Figures], run: RunRecord | None = None) -> list[str]:
    """Return the conclusion of every look with figures, the largest first, and what is to be done.

    A look without controls beside one that has them says nothing by itself and is left out.
    """
    looks = [look for look in looks if look.rows]
    judged = [look for look in looks if against_rivals(look.rows)] or looks[:1]
    texts = [conclusion(look) for look in judged]
    rows = [row for look in looks for row in look.rows]
    if texts and run is not None and (todo := advice(run, rows)):
        texts[-1] += f" {todo}"
    return texts


def advice(run: RunRecord, rows: Iterable[Figure]) -> str:
    """Return which controls of a run have not been looked at, and the command that looks at them.

    Empty where there is nothing to be done.
    """
    if run.recipe.derived or len(run.levels) < 2:
        return ""
    there = {
        (WORDS.get(of.kind, of.kind), of.level)
        for control in find_controls(run)
        for of in [control_of(control.recipe)]
    }
    seen = {(row.network, row.level) for row in rows}
    look = f"python -m experiments.saliency --run={run.path}"
    if missing := sorted(there - seen):
        names = ", ".join(f"{name} of level {level}" for name, level in missing)
        return f"Not looked at yet: {names}; {look} does."
    if there or any(row.network == "another seed, dense" for row in rows):
        return ""
    deepest = run.levels[-1].level
    return (
        f"To train a control: python -m experiments.control --run={run.path} --level={deepest} "
        f"--control=random_layers; then to look at it: {look}"
    )


def _differences(rows: Iterable[Figure]) -> list[Figure]:
    return [
        row for row in rows
        if (row.quantity, row.by, row.network) == (QUANTITY, "all", "ticket") and row.against
    ]  # fmt: skip


def _judged(rows: Sequence[Figure]) -> list[Comparison]:
    """Judge all rows together; those of earlier versions, without p values, cannot be."""
    above, below = (
        holm([1.0 if p is None else p for p in side])
        for side in ([row.p_above for row in rows], [row.p_below for row in rows])
    )
    yes, no, neither = ANSWERS["alike"]
    judged = []
    for row, p, p_not in zip(rows, above, below, strict=True):
        known = is_interval((row.low, row.high)) and row.p_above is not None
        holds = decide(p, p_not, TAIL) if known else None
        words = {True: yes, False: no, None: neither if known else UNJUDGED}[holds]
        judged.append(Comparison(row, float(min(p, p_not)), holds, words))
    return judged


def _grouped(comparisons: Sequence[Comparison]) -> dict[tuple[str, str], list[Comparison]]:
    """Return the comparisons by answer and rival: what was found first, then the rest."""
    groups: dict[tuple[str, str], list[Comparison]] = {}
    for words in (LESS_ALIKE, MORE_ALIKE, NO_DIFFERENCE, UNJUDGED):
        for one in comparisons:
            if one.words == words:
                groups.setdefault((words, one.row.against), []).append(one)
    return groups


def _rival(word: str) -> str:
    return RIVALS.get(word, word)


def _basis(figures: Figures, comparisons: Sequence[Comparison]) -> str:
    """Return what the comparisons are of: the measure, the maps, pictures, groups, seeds, Holm."""
    rows = [one.row for one in comparisons]
    seeds = _from_to([row.seeds for row in rows], "seed")
    if {row.seeds for row in rows} == {1}:
        seeds += ", so about this training only"
    counts = [row.n for row in rows]
    sizes = f"{_from_to(counts, 'picture')} of " + _from_to([row.groups for row in rows], "group")
    if any(count is not None and count < figures.pictures_used for count in counts):
        sizes += f", where no map is empty ({figures.pictures_used:,} were looked at),"
    place = f" of {figures.data_name}, {figures.split} split" if figures.data_name else ""
    return (
        f"{metric_name(QUANTITY)}{maps_text(figures)}; {sizes}{place}; {seeds}; Holm over "
        f"{count_text(len(rows), 'comparison')}"
    )


def look_text(figures: Figures) -> str:
    """Return which maps a look is of, of which pictures, and of which networks."""
    maps = maps_text(figures).removeprefix(" of ") or "maps"
    text = f"{maps[0].upper()}{maps[1:]}"
    if figures.composition or figures.pictures_of:
        made_of = (
            composition_text(figures.composition)
            if figures.composition
            else sample_text(figures.pictures_of or {})
        )
        place = f"{figures.data_name}, {figures.split} split"
        drawn = f" ({figures.drawn})" if figures.drawn else ""
        text += f". Pictures of {place}{drawn}: {made_of}"
    at: dict[str, set[float]] = {}
    for row in figures.rows:
        if row.level is not None:
            at.setdefault(row.network, set()).add(row.sparsity)
    networks = []
    for name, sparsities in at.items():
        pruned = ", ".join(f"{sparsity:.1%}" for sparsity in sorted(sparsities - {0.0}))
        if 0.0 in sparsities:
            networks.append("dense" if name == "ticket" else name)
        if pruned:
            networks.append(f"{name} at {pruned} pruned")
    return f"{text}. Networks: {'; '.join(networks)}." if networks else f"{text}."


def maps_text(figures: Figures) -> str:
    """Return which maps figures are of, such as ` of Grad-CAM maps of layer x for the answer fake`.

    Empty where an earlier version did not write it down.
    """
    if not figures.method:
        return ""
    method = METHODS.get(figures.method, figures.method)
    of = "" if figures.method == "integrated_gradients" else f" of layer {figures.layer}"
    return f" of {method} maps{of} for the answer {figures.direction}"


def _from_to(counts: Sequence[int | None], thing: str) -> str:
    known = sorted({count for count in counts if count is not None})
    if not known:
        return f"an unknown number of {thing}s"
    least = f"{known[0]:,} to " if len(known) > 1 else ""
    return least + count_text(known[-1], thing)
