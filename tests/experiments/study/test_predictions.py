"""Test logits over seeds, from run folders that are written by hand."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.study.plan import cell_name
from experiments.study.predictions import read, read_elsewhere, shared_seeds
from tests.experiments.written_study import (
    GROUPS,
    LABELS,
    N,
    amend,
    logits,
    small_study,
    write_evaluation,
    write_run,
)


@pytest.fixture
def study(tmp_path):
    return small_study(tmp_path)


@pytest.fixture
def names(study):
    """Runs of two of three seeds with the levels 0 and 50%."""
    names = {seed: cell_name("meso4", "one", seed, "global") for seed in study.seeds}
    for seed in (0, 2):
        levels = [(0.0, 100, logits(seed, 3)), (0.4999, 50, logits(seed, 4))]
        write_run(study, names[seed], levels, methods=["Swap"] * N)
    return names


def test_every_seed_that_is_done(study, names):
    found = read(study, names, 0.5)
    assert found is not None
    assert tuple(found.logits) == (0, 2)
    np.testing.assert_array_equal(found.rows(), [logits(0, 4), logits(2, 4)])
    np.testing.assert_array_equal(found.rows([2]), [logits(2, 4)])
    assert found.weights_left == (50, 50)
    assert set(found.methods[LABELS == 1]) == {"Swap"}
    assert set(found.methods[LABELS == 0]) == {"real"}


def test_another_level_is_not_taken_for_it(study, names):
    assert read(study, names, 0.6) is None
    only = read(study, names, 0.6, only=True)
    assert only is not None
    assert only.weights_left == (50, 50)


def test_seeds_of_other_trainings_are_not_pooled(study, names):
    amend(study, names[2], epochs=9)
    with pytest.raises(ValueError, match="no two seeds of one training: epochs: 7 and 9"):
        read(study, names, 0.5)


def test_seeds_on_other_pictures_are_not_pooled(study, names):
    amend(study, names[2], data_fingerprint="new")
    with pytest.raises(ValueError, match=r"data_fingerprint: 'oneoneone.*' and 'new'"):
        read(study, names, 0.5)


def test_levels_on_the_way_are_those_of_a_longer_run(study, names):
    amend(study, names[0], seed=0, sparsities=[0.5], prune_fraction=0.5)
    amend(study, names[2], seed=2, sparsities=[0.5, 0.9], prune_fraction=0.5)
    found = read(study, names, 0.5)
    assert found is not None
    assert tuple(found.logits) == (0, 2)
    amend(study, names[2], sparsities=[0.4, 0.5])
    with pytest.raises(ValueError, match=r"sparsities: 0\.5 and 0.4,0.5"):
        read(study, names, 0.5)


def test_frames_of_a_video_are_averaged(study, names):
    found = read(study, names, 0.5)
    assert found is not None
    videos = np.array([f"{i // 4}/{i % 2}" for i in range(N)])
    whole = replace(found, videos=videos, groups=np.arange(N) // 4).by_video()
    assert whole.keys[:2] == ("0/0", "0/1")
    scores = logits(2, 4)
    assert whole.logits[2][0] == pytest.approx((scores[0] + scores[2]) / 2)
    assert len(whole.labels) == len(whole.groups) == len(whole.methods) == N // 2


def test_seeds_that_are_compared(study, names):
    found = read(study, names, 0.5)
    assert found is not None
    fewer = replace(found, logits={2: found.logits[2], 7: found.logits[2]})
    assert shared_seeds("these", found, fewer) == [2]
    with pytest.raises(ValueError, match="these: the networks compared were tested on other"):
        shared_seeds("these", found, replace(found, keys=("other",)))


def test_elsewhere_only_what_was_evaluated_on_those_pictures(study, names):
    data_of = {seed: cell_name("meso4", "two", seed, "dense") for seed in study.seeds}
    write_run(study, data_of[0], [(0.0, 100, logits(0, 3))])
    write_evaluation(study, names[0], "two", "clean", 1, logits(9, 1))
    write_evaluation(study, names[2], "two", "clean", 1, logits(9, 1))  # its data are not known
    found = read_elsewhere(study, names, data_of, 0.5)
    assert found is not None
    assert tuple(found.logits) == (0,)
    np.testing.assert_array_equal(found.logits[0], logits(9, 1))
    np.testing.assert_array_equal(found.groups, [str(group) for group in GROUPS])
    assert read_elsewhere(study, names, data_of, 0.0) is None
    assert read_elsewhere(study, names, data_of, 0.5, "jpeg:3") is None


def test_pictures_elsewhere_are_the_same_of_every_seed(study, names):
    data_of = {seed: cell_name("meso4", "two", seed, "dense") for seed in study.seeds}
    for seed in (0, 2):
        write_run(study, data_of[seed], [(0.0, 100, logits(0, 3))])
        write_evaluation(study, names[seed], "two", "clean", 1, logits(9, 1))
    amend(study, data_of[2], data_fingerprint="new")
    with pytest.raises(ValueError, match="were trained on pictures of other content"):
        read_elsewhere(study, names, data_of, 0.5)


@pytest.mark.parametrize("rendered", ["one", "two"])
def test_rendered_pictures_on_either_side_make_it_synthetic(study, rendered):
    ticket, dense = (
        {0: cell_name("meso4", data, 0, kind)}
        for data, kind in (("one", "global"), ("two", "dense"))
    )
    write_run(study, ticket[0], [(0.0, 9, logits(0, 1))], synthetic=rendered == "one")
    write_run(study, dense[0], [(0.0, 9, logits(0, 1))], synthetic=rendered == "two")
    write_evaluation(study, ticket[0], "two", "clean", 0, logits(0, 1))
    found = read_elsewhere(study, ticket, dense, 0.0)
    assert found is not None
    assert found.synthetic
