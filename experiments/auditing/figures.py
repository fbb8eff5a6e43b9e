"""The figures of one model, and the differences of two: values with intervals, a row each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from experiments.auditing.conventions import Reading
from experiments.auditing.examples import Facts, Model
from jaxticket.statistics import Estimate, by_video, mean_interval, recall_by, seed_values
from jaxticket.verdicts.claims import superior
from jaxticket.verdicts.evidence import gain
from jaxticket.verdicts.wording import Verdict

FRAMES, VIDEOS = "frames", "videos"
RANKED = ("auc", "eer", "tpr_at_1", "tpr_at_5", "average_precision")
"""Metrics that no threshold changes."""
THRESHOLDED = ("accuracy", "balanced_accuracy")
METRICS = ("auc", "accuracy", "balanced_accuracy", "eer", "tpr_at_1", "tpr_at_5",
           "average_precision")  # fmt: skip
COMPARED = ("auc", "accuracy", "balanced_accuracy", "eer", "tpr_at_1", "tpr_at_5")
"""Those of which differences are judged."""

MOST_PAIRED = 6
"""Of so many models every pair is compared."""


@dataclass(frozen=True)
class Cases:
    """What one figure is taken from: frames or videos of one model.

    Attributes:
        unit: frames or videos.
        labels: int [N].
        scores: float [S, N], high for fake.
        groups: int [N].
        methods: int [N].
        compressions: int [N].
        keys: int [N], a number for each that is the same in all models.
    """

    unit: str
    labels: np.ndarray
    scores: np.ndarray
    groups: np.ndarray
    methods: np.ndarray
    compressions: np.ndarray
    keys: np.ndarray

    def of(self, chosen: np.ndarray) -> "Cases":
        """Return some of them, by a bool [N]."""
        parts = (self.groups, self.methods, self.compressions, self.keys)
        return Cases(
            self.unit, self.labels[chosen], self.scores[:, chosen], *(p[chosen] for p in parts)
        )


@dataclass(frozen=True)
class Figure:
    """A figure of one model.

    Attributes:
        model: its name.
        unit: frames or videos.
        by: all, method or compression.
        name: of the method or compression.
        metric: auc, recall and so on.
        estimate: its value with the interval.
        real: examples that are real.
        fake: examples that are fake.
        values: of every seed.
    """

    model: str
    unit: str
    by: str
    name: str
    metric: str
    estimate: Estimate
    real: int
    fake: int
    values: Sequence[float] = ()


@dataclass(frozen=True)
class Difference:
    """One model minus another, on the examples and seeds that both have.

    Attributes:
        first: the name of the one.
        second: of the other.
        unit: frames or videos.
        metric: what is compared.
        gain: what the first is better by; above 0 it is better, also where lower is better.
        verdict: better, worse, no significant difference, or cannot be judged; corrected by Holm's
            method over all pairs.
        examples: that both have.
        seeds: that both have, in words.
    """

    first: str
    second: str
    unit: str
    metric: str
    gain: Estimate
    verdict: Verdict
    examples: int
    seeds: str


def cases_of(facts: Facts, model: Model, reading: Reading, checkpoint: int) -> Cases:
    """Return the audited frames of a model."""
    chosen = facts.test[model.keys]
    return _cases(facts, model.keys[chosen], reading, model.scores[checkpoint][:, chosen])


def _cases(facts: Facts, keys: np.ndarray, reading: Reading, scores: np.ndarray) -> Cases:
    return Cases(
        FRAMES, facts.labels[keys], reading.inside(scores), facts.groups[keys],
        facts.methods[keys], facts.compressions[keys], keys,
    )  # fmt: skip


def videos_of(facts: Facts, frames: Cases) -> Cases | None:
    """Return the videos, whose scores are the means of their frames'; None where none are known."""
    if not facts.with_videos:
        return None
    names = facts.videos[frames.keys]
    videos = by_video(names, frames.labels, frames.groups, frames.scores)
    first = videos.first
    return Cases(
        VIDEOS, videos.labels, _tied(videos.scores), videos.groups, frames.methods[first],
        frames.compressions[first], 2 * videos.names + videos.labels,
    )  # fmt: skip


def _tied(means: np.ndarray) -> np.ndarray:
    """Return means of which those that are equal but for rounding in their sums are equal.

    Without it the order of the rows would decide ties, such as of 0.1 and 0.7 with 0.3 and 0.5.
    """
    most = float(np.abs(means).max(initial=0.0))
    return np.round(means, 12 - int(np.ceil(np.log10(most)))) if most else means


def units_of(facts: Facts, frames: Cases) -> list[Cases]:
    """Return videos and frames, those that there are; videos first: they are evidence, frames less.

    Where every video has one score, frames are no unit of their own.
    """
    videos = videos_of(facts, frames)
    if videos is None:
        return [frames]
    return [videos] if len(videos.labels) == len(frames.labels) else [videos, frames]


def scores_for(metric: str, cases: Cases, reading: Reading) -> np.ndarray:
    """Return the scores that a metric takes: answers where a threshold decides."""
    return cases.scores if metric in RANKED else reading.answers(cases.scores)


def whole(name: str, cases: Cases, reading: Reading) -> Iterator[Figure]:
    """Yield the figures of all cases of a unit."""
    for metric in METRICS:
        yield _figure(name, cases, reading, metric, "all", "")


BESIDE_AUC = {"method": "recall", "compression": "balanced_accuracy"}
"""The second figure of each forgery method and of each compression."""


def parts(name: str, cases: Cases, reading: Reading, facts: Facts) -> Iterator[Figure]:
    """Yield the figures of each forgery method beside all reals, and of each compression."""
    fake = cases.labels == 1
    methods = facts.names["method"]
    for code in _by_name(methods, cases.methods[fake]):
        mine = cases.of(~fake | (cases.methods == code))
        text = methods[code] or "(no name)"
        yield _figure(name, mine, reading, "auc", "method", text)
        yield from _recalls(name, mine.of(mine.labels == 1), reading, "method", text)
    compressions = facts.names["compression"]
    for code in _by_name(compressions, cases.compressions):
        mine = cases.of(cases.compressions == code)
        text = compressions[code] or "(no name)"
        if len(np.unique(mine.labels)) == 2:
            for metric in ("auc", BESIDE_AUC["compression"]):
                yield _figure(name, mine, reading, metric, "compression", text)


def _by_name(names: Sequence[str], codes: np.ndarray) -> list[int]:
    """Return the codes there are, by their names; none where there is one name for all."""
    return sorted(np.unique(codes).tolist(), key=names.__getitem__) if len(names) > 1 else []


def _recalls(name: str, cases: Cases, reading: Reading, by: str, text: str) -> Iterator[Figure]:
    right = reading.answers(cases.scores) > 0
    one = np.zeros(len(cases.labels), int)
    recall = recall_by(one, right, cases.groups)["0"]
    yield Figure(name, cases.unit, by, text, "recall", recall, 0, len(one))


def _figure(name: str, cases: Cases, reading: Reading, metric: str, by: str, text: str) -> Figure:
    scores = scores_for(metric, cases, reading)
    fake = int(np.sum(cases.labels == 1))
    return Figure(
        name, cases.unit, by, text, metric,
        mean_interval(metric, cases.labels, scores, cases.groups),
        real=len(cases.labels) - fake, fake=fake,
        values=tuple(seed_values(metric, cases.labels, scores).tolist()),
    )  # fmt: skip


def differences(
    facts: Facts, models: Sequence[tuple[Model, Reading, int]]
) -> tuple[list[Difference], list[str]]:
    """Return every pair's differences, and remarks on what pairs do not share.

    Args:
        facts: of the examples.
        models: each with how its scores are read and its checkpoint.

    Raises:
        ValueError: two models share no example.
    """
    made: list[Difference] = []
    remarks: list[str] = []
    gains: dict[tuple[str, str], dict[tuple[str, str], tuple]] = {}
    pairs = list(combinations(models, 2))
    if len(models) > MOST_PAIRED:
        pairs = pairs[: len(models) - 1]
        remarks.append(f"Of more than {MOST_PAIRED} models each is compared with the first only.")
    for (a, read_a, at_a), (b, read_b, at_b) in pairs:
        shared, of_a, of_b = np.intersect1d(a.keys, b.keys, return_indices=True)
        if not facts.test[shared].any():
            raise ValueError(
                f"{a.name} and {b.name} share no example: name pictures and videos alike in both"
            )
        rows_a, rows_b, seeds = paired_seeds(a, b)
        if not seeds:
            remarks.append(f"{a.name} and {b.name} have no seed in common and are not compared.")
            continue
        alone = [int(facts.test[np.setdiff1d(x.keys, shared)].sum()) for x in (a, b)]
        if any(alone):
            remarks.append(
                f"{a.name} and {b.name} are compared on the {int(facts.test[shared].sum()):,} "
                f"examples that both have; {alone[0]:,} are in {a.name} only, {alone[1]:,} in "
                f"{b.name} only."
            )
        chosen = facts.test[shared]
        sides = [
            (_cases(facts, shared[chosen], read, model.scores[at][rows][:, where[chosen]]),
             read)
            for model, read, at, rows, where in (
                (a, read_a, at_a, rows_a, of_a), (b, read_b, at_b, rows_b, of_b)
            )
        ]  # fmt: skip
        for units in zip(*(units_of(facts, cases) for cases, _ in sides), strict=True):
            first, second = units
            for metric in COMPARED:
                estimate = gain(
                    metric, first.labels, first.groups,
                    scores_for(metric, first, read_a), scores_for(metric, second, read_b),
                )  # fmt: skip
                found = (estimate, len(first.labels), seeds)
                gains.setdefault((first.unit, metric), {})[a.name, b.name] = found
    for (unit, metric), of_pairs in gains.items():
        named = {f"{one} - {two}": found[0] for (one, two), found in of_pairs.items()}
        verdicts = superior(metric, named)
        for (one, two), (estimate, examples, seeds) in of_pairs.items():
            verdict = verdicts[f"{one} - {two}"]
            made.append(Difference(one, two, unit, metric, estimate, verdict, examples, seeds))
    return made, remarks


def paired_seeds(a: Model, b: Model) -> tuple[list[int], list[int], str]:
    """Return the rows of the seeds that two models share, and their names; a single seed pairs."""
    if len(a.seeds) == len(b.seeds) == 1:
        names = dict.fromkeys(seed for seed in (*a.seeds, *b.seeds) if seed)
        return [0], [0], " and ".join(names) or "1 seed"
    both = [seed for seed in a.seeds if seed in b.seeds]
    return [a.seeds.index(s) for s in both], [b.seeds.index(s) for s in both], ", ".join(both)
