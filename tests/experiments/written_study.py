"""Run folders of a study, written by hand: 40 test pictures in 20 groups."""

import json

import numpy as np

from experiments.options.study import Study
from experiments.study.plan import cell_name, control_name
from jaxticket.runs.evaluations import Evaluations
from jaxticket.runs.files import write_json
from jaxticket.runs.predictions import Predictions, write_predictions
from tests.records import level_record

N = 40
LABELS = np.arange(N) % 2
GROUPS = np.arange(N) // 2


def small_study(path):
    return Study(
        models=("meso4",), datasets=("one", "two"), methods=("global",), sparsities=(0.5, 0.8),
        seeds=(0, 1, 2), controls=("random_global",), control_sparsities=(0.8,),
        transfer=("ticket",), corruptions=(), out=path,
    )  # fmt: skip


def logits(seed, wrong):
    """Logits with `wrong` mistakes of twenty pairs, others by seed."""
    draw = np.random.default_rng(seed)
    scores = np.where(LABELS == 1, 1.0, -1.0) * draw.uniform(0.5, 2, N)
    scores[draw.permutation(N)[:wrong]] *= -1
    return scores.astype(np.float32)


def predictions(
    scores, *, keys="k", groups=GROUPS, videos=range(N), methods="x", compressions=""
):  # fmt: skip
    """The predictions of one level; a column is given for each example, or one for all."""

    def column(values):
        return np.array([values] * N if isinstance(values, str) else list(map(str, values)))

    return Predictions(
        keys=column(f"{keys}{i}" for i in range(N)),
        groups=column(groups),
        videos=column(videos),
        methods=column(methods),
        labels=LABELS,
        logits=np.asarray(scores, np.float32),
        compressions=column(compressions),
    )


def identity_of(name):
    """The data that a run was trained on, by the cell's name."""
    data = name.split("-")[-1] if "-on-" in name else name.split("-")[1]
    return {"data_name": data, "data_fingerprint": data * 10}


def write_run(study, name, levels, *, synthetic=True, more=None, **columns):
    path = study.folder / name
    for number, (sparsity, left, scores) in enumerate(levels):
        record = level_record(number, sparsity=sparsity, weights_left=left, **(more or {}))
        folder = path / f"level_{number:02d}"
        folder.mkdir(parents=True)
        write_predictions(folder / "predictions_test.csv", predictions(scores, **columns))
        write_json(folder / "evaluation.json", record.plain())
    budget = {"epochs": 7, "image_size": 64, "batch_size": 32}
    write_json(path / "config.json", {"synthetic": synthetic} | budget | identity_of(name))
    write_json(path / "summary.json", {})


def amend(study, name, **options):
    """Change what a run's config.json says."""
    path = study.folder / name / "config.json"
    write_json(path, json.loads(path.read_text()) | options)


def write_study(study, ticket=3, control=12):
    for dataset in study.datasets:
        for seed in study.seeds:
            write_run(study, cell_name("meso4", dataset, seed, "dense"),
                      [(0.0, 100, logits(seed, 3))])  # fmt: skip
            write_run(
                study, cell_name("meso4", dataset, seed, "global"),
                [(0.0, 100, logits(seed, 3)), (0.5, 50, logits(seed + 10, ticket)),
                 (0.8, 20, logits(seed + 20, ticket))],
            )  # fmt: skip
            name = control_name(study, "meso4", dataset, seed, "random_global", 0.8)
            write_run(study, name, [(0.8, 20, logits(seed + 30, control))])
    for seed in study.seeds:
        name = control_name(study, "meso4", "one", seed, "ticket", 0.8, "two")
        write_run(study, name, [(0.8, 20, logits(seed + 40, 5))])


def write_evaluation(study, name, on, corruption, level, scores, **columns):
    """Keep what a run says of the test pictures of the data set `on`."""
    fingerprint = on * 10
    with Evaluations(study.folder / name, on, fingerprint, "test") as kept:
        answers = predictions(scores, **columns)
        kept.keep(corruption, level, answers, {"data_fingerprint": fingerprint})


def by_place(findings):
    return {(f.source, f.target, f.method, f.kind, f.sparsity): f for f in findings}
