import hashlib
import json
from dataclasses import replace

import jax
import numpy as np
import pytest

from experiments.one_run import recipe
from experiments.one_run.data import Data
from experiments.one_run.experiment import assemble, beginning, compile_ahead, make_budget
from experiments.one_run.recipe import file_identity, resolve
from experiments.options.imp import Config, Place
from jaxticket.data import open_prepared
from jaxticket.models import DETECTORS, build
from jaxticket.pruning import level_sparsities
from jaxticket.recipe import from_json, run_name, to_json
from jaxticket.runs.notes import Notes, keep_notes
from jaxticket.weights import dense
from tests.tiny import TinyDetector, tiny_experiment

CONFIG = Config(model="meso4", image_size=32)


def test_a_fraction_a_round_is_the_default():
    assert len(level_sparsities(CONFIG)) == 8
    assert level_sparsities(CONFIG)[-1] == pytest.approx(1 - 0.8**7)
    assert level_sparsities(replace(CONFIG, rounds=1, prune_fraction=0.5)) == (0.0, 0.5)


def test_sparsities_take_the_place_of_rounds():
    assert level_sparsities(replace(CONFIG, sparsities=(0.1, 0.2))) == (0.0, 0.1, 0.2)
    assert len(level_sparsities(replace(CONFIG, sparsities=(0.98,)))) == 19


def test_right_options_pass():
    recipe.check(CONFIG)
    recipe.check(replace(CONFIG, sparsities=(0.5,), rewind="step:7", patience=1, seed=2**32 - 1))


def test_a_run_that_began_needs_its_weight_file_no_more(tmp_path):
    # As where a later version refuses the file, or asks what it did not ask.
    (tmp_path / "file.h5").write_bytes(b"")
    config = replace(CONFIG, init_from=tmp_path / "file.h5", run_dir=tmp_path / "run")
    with pytest.raises(ValueError, match="is not a whole HDF5 file"):
        recipe.check(config)
    (tmp_path / "run" / "init").mkdir(parents=True)
    keep_notes(tmp_path / "run", Notes(weights=["as it was"]))
    recipe.check(config)
    weights, notes = beginning(config, build("meso4"), tmp_path / "run")
    assert notes == ["as it was"]
    assert set(weights.params) == set(build("meso4").init(jax.random.key(0), 32)[0])


def test_what_should_be_known_is_only_the_needless_rewinding():
    assert recipe.warnings(CONFIG) == []
    assert recipe.warnings(replace(CONFIG, rewind="lr")) == []
    assert recipe.warnings(replace(CONFIG, schedule="constant")) == []
    assert len(recipe.warnings(replace(CONFIG, rewind="lr", schedule="constant"))) == 1


def test_every_option_that_decides_the_result_names_the_folder(prepared):
    opened = Data((open_prepared(prepared),))
    name = run_name("imp", resolve(CONFIG, opened))
    assert name == run_name("imp", resolve(CONFIG, opened))
    assert name.startswith("imp_meso4_noise_")
    others = {
        "model": "cnn5", "image_size": 64, "rounds": 3, "prune_fraction": 0.5,
        "sparsities": (0.5,), "criterion": "snip", "pruning": "one_shot",
        "scope": "local", "prune_output": True, "rewind": "lr", "epochs": 9,
        "batch_size": 9, "optimizer": "sgd", "learning_rate": 0.5, "schedule": "step",
        "weight_decay": 0.1, "patience": 3, "metric": "accuracy", "balance": "loss",
        "augmentation": "none", "data_order": "per_level", "seed": 9,
        "task": "method", "fake_output": "0", "search": "short:0.5", "precision": "bfloat16",
    }  # fmt: skip
    # Nothing is left out: what is neither here nor free to change is the weight file, and the
    # mixture and the methods, which belong to the data.
    place = set(Place.__dataclass_fields__)
    assert set(others) | place | {"init_from", "mixture", "methods"} == set(
        Config.__dataclass_fields__
    )
    names = {
        run_name("imp", resolve(replace(CONFIG, **{field: value}), opened))
        for field, value in others.items()
    }
    assert len(names | {name}) == len(others) + 1


def test_what_may_change_names_no_folder(prepared):
    opened = Data((open_prepared(prepared),))
    other = replace(
        CONFIG, dataset="x", data_dir=prepared, run_dir=prepared, skip_limit=3, checkpoint_every=9
    )
    assert resolve(other, opened) == resolve(CONFIG, opened)


def test_the_resolved_configuration_is_json_and_says_the_data(prepared):
    opened = Data((open_prepared(prepared),))
    resolved = resolve(replace(CONFIG, sparsities=(0.2, 0.5)), opened)
    assert from_json(json.loads(json.dumps(to_json(resolved)))) == resolved
    assert resolved.sparsities == (0.2, 0.5)
    assert resolved.rounds is None
    assert resolved.data_fingerprint == opened.fingerprint
    assert resolve(CONFIG, opened).rounds == 7
    assert resolve(CONFIG, opened).epochs == 18


def test_a_weight_file_is_known_by_its_content(tmp_path):
    path = tmp_path / "a.h5"
    path.write_bytes(b"weights")
    digest = hashlib.sha256(b"weights").hexdigest()
    assert file_identity(path) == f"a.h5 sha256:{digest}"
    assert file_identity(None) is None


def test_the_beginning_is_of_the_seed():
    detector = TinyDetector()

    def first(seed):
        weights, notes = beginning(replace(CONFIG, image_size=8, seed=seed), detector)
        assert notes == []
        return np.asarray(weights.params["fc1"]["kernel"])

    assert (first(3) == first(3)).all()
    assert (first(3) != first(4)).all()


@pytest.mark.parametrize(("batch_size", "steps"), [(12, 4), (48, 1), (13, 3), (47, 1), (1, 48)])
def test_a_budget_counts_whole_batches(prepared, batch_size, steps):
    config = replace(CONFIG, batch_size=batch_size, epochs=3, patience=2, checkpoint_every=5)
    budget = make_budget(config, Data((open_prepared(prepared),)))
    assert (budget.steps_per_epoch, budget.steps, budget.batch_size) == (
        steps, 3 * steps, batch_size
    )  # fmt: skip
    assert (budget.patience, budget.metric, budget.checkpoint_every) == (2, "auc", 5)


def test_k_must_lie_inside_the_level(prepared):
    opened = Data((open_prepared(prepared),))
    config = replace(CONFIG, batch_size=12, epochs=2)
    make_budget(replace(config, rewind="step:7"), opened)
    with pytest.raises(ValueError, match="--rewind=step:8 lies beyond the level: 2 epochs"):
        make_budget(replace(config, rewind="step:8"), opened)


@pytest.mark.parametrize(("prune_output", "prunable"), [(False, 11_672), (True, 11_688)])
def test_an_experiment_has_what_the_options_say(prepared, prune_output, prunable):
    config = replace(
        CONFIG, batch_size=12, prune_output=prune_output, scope="local", rewind="step:2", seed=4,
        data_order="per_level", balance="sampling", rounds=1,
    )  # fmt: skip
    detector, opened = build("meso4"), Data((open_prepared(prepared),))
    init = dense(*detector.init(jax.random.key(0), 32))
    budget = make_budget(config, opened)
    experiment, line = assemble(config, opened, detector, budget, init)
    assert line == (
        f"meso4: 11,849 parameters, {prunable:,} prunable; pictures: 48 train, 24 validation, 24 "
        "test; 18 epochs of 4 steps a level"
    )
    assert (len(experiment.train), len(experiment.validation), len(experiment.test)) == (48, 24, 24)
    assert experiment.train.image_size == 32
    assert experiment.sparsities == pytest.approx((0.0, 0.2))
    assert (experiment.scope, str(experiment.rewind), experiment.seed) == ("local", "step:2", 4)
    assert (experiment.data_order, experiment.balance) == ("per_level", "sampling")


def test_compiling_ahead_is_compiling_for_all_and_changes_nothing():
    experiment, init = tiny_experiment()
    before = jax.tree.map(np.array, init)
    compile_ahead(experiment, init)
    assert experiment.step._cache_size() == experiment.evaluate._cache_size() == 1
    for now, then in zip(jax.tree.leaves(init), jax.tree.leaves(before), strict=True):
        np.testing.assert_array_equal(now, then)


def test_every_detector_has_its_epochs():
    assert {row.epochs for row in DETECTORS.values()} == {7, 18}
    assert recipe.epochs(replace(CONFIG, model="meso4", epochs=None)) == 18
    assert recipe.epochs(replace(CONFIG, model="meso4", epochs=2)) == 2
