"""Each kind of file of a finished run, damaged in each way: its readers tell, or read the same."""

import shutil

import pytest

from tests.harness.rotting import ADDITIONS, WAYS, damage, kinds, outcome, put_back, reads, wrong

OF_CHECKPOINT = ("_CHECKPOINT_METADATA", "_METADATA", "d/*", "manifest.ocdbt")
"""What Orbax reads; whether it does of the rest is for the harness, since each takes its time."""
OF_LEVEL = ("evaluation.json", "layers.csv", "predictions_test.csv", "predictions_validation.csv")
OF_LOOK = ("*.png", "figures.csv", "figures.json", "gallery.json", "made_from.json", "pictures.csv")
KINDS = (
    "config.json", "counts.json", "environment.json", "executed_steps", "metrics.jsonl",
    "notes.json", "summary.json", "ticket.rewind.safetensors", "ticket.safetensors",
    "init/_METADATA", *(f"*/checkpoint/{name}" for name in OF_CHECKPOINT),
    *(f"*/{name}" for name in OF_LEVEL), *(f"saliency/looks/*/{name}" for name in OF_LOOK),
)  # fmt: skip


@pytest.fixture(scope="module")
def run(finished_run, tmp_path_factory):
    return shutil.copytree(finished_run, tmp_path_factory.mktemp("rot") / "run")


@pytest.fixture(scope="module")
def before():
    """What each reader gave of the whole run, by its name."""
    return {}


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_file_is_named_or_changes_nothing(run, before, kind):
    file = kinds(run)[kind][0]
    own, whole = reads(run, file), file.read_bytes()
    for name in own.keys() - before.keys():
        before[name] = own[name]()
    for way in WAYS:
        damage(file, way)
        try:
            found = {name: outcome(read, before[name], file, run) for name, read in own.items()}
        finally:
            put_back(file, whole)
        gone = way == "remove" and bool(ADDITIONS.match(file.relative_to(run).as_posix()))
        assert not wrong(found, gone=gone), way
    assert all(read() == before[name] for name, read in own.items())


def test_every_kind_of_file_that_a_result_is_read_from_is_tried(run):
    needless = {
        "accuracy.png", "data_sets.json", "lock", "report.html", "report.md",
        "saliency/looks/*/lock", "summary.csv", "tensorboard/*", "tensorboard/saliency/*",
    }  # fmt: skip
    of_checkpoints = ("init/", "rewind/", "*/checkpoint/")
    others = [kind for kind in kinds(run) if not kind.startswith(of_checkpoints)]
    assert {*others} <= {*KINDS, *needless}
