"""Run folders of a comparison of roads, written by hand: 40 test pictures in 20 groups."""

from experiments.costing.roads import ROADS
from experiments.options.cost import Config
from experiments.study.plan import cell_name
from jaxticket.runs.files import write_json
from jaxticket.runs.levels import read_evaluation
from tests.experiments.written_study import amend, logits, write_run


def small(path, *roads, **more):
    return Config(
        models=("meso4",), datasets=("one",), seeds=(0, 1, 2), sparsities=(0.2, 0.36),
        roads=("full", *roads), out=path, **more,
    )  # fmt: skip


def write_road(config, road, wrong, seeds=(0, 1, 2)):
    """Write the runs of a road; its tickets answer with so many mistakes."""
    study = config.study
    for seed in seeds:
        name = cell_name("meso4", "one", seed, road)
        levels = [(s, left, logits(seed, wrong)) for s, left in ((0.0, 100), (0.2, 80), (0.36, 64))]
        write_run(study, name, levels)
        amend(study, name, **ROADS[road].options)
        if "search" in ROADS[road].options:
            for level, drawn_at in ((0, 2), (1, 2)):
                folder = study.folder / name / f"level_{level:02d}"
                record = read_evaluation(folder.parent, level).plain() | {"drawn_at": drawn_at}
                write_json(folder / "evaluation.json", record)
