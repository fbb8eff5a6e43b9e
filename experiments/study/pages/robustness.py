"""The page of corrupted pictures: AUC of the first method's tickets on them, and the loss of it."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from experiments.options.study import Study
from experiments.study.pages.markdown import INTERVALS, by_set, grid, write_page
from experiments.study.pages.rows import Figure
from experiments.study.plan import cell_name, corruptions, set_names
from experiments.study.predictions import Scores, read_elsewhere, shared_seeds
from jaxticket.runs.evaluations import CLEAN
from jaxticket.statistics import Estimate, mean_interval, paired_interval, retention_interval
from jaxticket.text import count_text

METRIC = "auc"


def write_robustness(study: Study) -> list[Figure]:
    """Write robustness.md, .csv, .json, and return the figures."""
    figures = list(robustness(study))
    write_page(study, "robustness", "Corrupted pictures", figures, _text(figures))
    return figures


def robustness(study: Study) -> Iterator[Figure]:
    """Yield the figures of every level on every corruption, as far as they were evaluated.

    They are computed from the kept predictions of all seeds. The dense network is level 0 of the
    tickets' own runs. Nothing is yielded of a study without corruptions.
    """
    kinds = corruptions(study)
    for model in study.models:
        for dataset, name in set_names(study).items() if kinds else ():
            runs = {seed: cell_name(model, dataset, seed, study.methods[0]) for seed in study.seeds}
            get = partial(read_elsewhere, study, runs, runs)
            for sparsity in (0.0, *study.sparsities):
                clean = get(sparsity, CLEAN)
                for kind in (CLEAN, *kinds):
                    own, dense = get(sparsity, kind), get(0.0, kind)
                    if own is not None:
                        method = study.methods[0] if sparsity else "dense"
                        place = model, name, method, sparsity, "corruption", kind
                        compared = {
                            "dense": dense if sparsity else None,
                            "clean": clean if kind != CLEAN else None,
                        }
                        yield from _figures(place, own, compared)


def _figures(
    place: tuple[str, str, str, float, str, str], own: Scores, compared: dict[str, Scores | None]
) -> Iterator[Figure]:
    def figure(measure: str, against: str, estimate: Estimate | None) -> Figure:
        return Figure(*place, measure, against, METRIC, estimate, len(own.keys), own.synthetic)

    yield figure("value", "", mean_interval(METRIC, own.labels, own.rows(), own.groups))
    for against, other in compared.items():
        if other is None or not (seeds := shared_seeds(" ".join(map(str, place)), own, other)):
            continue
        pair = own.rows(seeds), other.rows(seeds), own.groups
        yield figure("difference", against, paired_interval(METRIC, own.labels, *pair))
        yield figure("retention", against, retention_interval(METRIC, own.labels, *pair))


TABLES = (
    ("value", "", "AUC"),
    ("difference", "dense", "AUC minus that of the dense network on the same pictures"),
    ("retention", "dense", "Kept of the dense network's AUC above chance, on the same pictures"),
    ("retention", "clean", "Kept of the network's own AUC above chance on clean pictures"),
)


def _text(figures: Sequence[Figure]) -> Iterable[str]:
    if not figures:
        yield from ["Nothing was evaluated on corrupted pictures.", ""]
        return
    yield (
        "The test pictures of each set corrupted at named levels (KIND:LEVEL, 1 mild to 5); "
        "nothing was trained on them, and every network sees the same. Kept: (AUC - 1/2) / "
        "(other's AUC - 1/2), 1 where all is kept; `-` where the other is not significantly "
        f"above chance. n is the number of seeds. {INTERVALS}"
    )
    yield ""
    for (model, dataset), subset in by_set(figures).items():
        first = subset[0]
        pictures, groups = first.examples, first.estimate.groups if first.estimate else 0
        counts = f"{count_text(pictures, 'picture')}, {count_text(groups, 'group')}"
        yield from [f"## {model} on {dataset}: {counts}", ""]
        names = list(dict.fromkeys(row.name for row in subset))
        for measure, against, title in TABLES:
            chosen = [row for row in subset if (row.measure, row.against) == (measure, against)]
            if chosen:
                named = [name for name in names if any(row.name == name for row in chosen)]
                yield from [f"{title}:", "", *grid(chosen, named)]
