"""`imp --together` as a command: seeds and controls in one program."""

import jax
import numpy as np

from jaxticket.runs import read_level
from tests.parallel.trained import CLOSE
from tests.tiny import SIDE

OPTIONS = (
    "--model=tests.experiments.tiny_network:TinyNetwork", f"--image_size={SIDE}", "--rounds=1",
    "--epochs=2", "--batch_size=12", "--optimizer=sgd", "--learning_rate=0.05",
)  # fmt: skip


def test_seeds_and_then_their_controls_train_in_one_program(command, prepared, data_dir, tmp_path):
    options = (*OPTIONS, f"--dataset={prepared}", f"--data_dir={data_dir}")
    status, out, err = command(
        *options, "--seeds=0,1", "--controls=random_global", "--together=2",
        f"--run_dir={tmp_path / 'together'}",
    )  # fmt: skip
    assert status == 0, err
    begun = [line for line in out.splitlines() if " of 4: " in line]
    assert [line.partition(";")[0] for line in begun] == [
        "1 of 4: ticket of seed 0", "3 of 4: ticket of seed 1",
        "2 of 4: random_global of level 1, seed 0", "4 of 4: random_global of level 1, seed 1",
    ]  # fmt: skip
    assert "3: level 0 " in out
    assert command(*options, "--seed=1", f"--run_dir={tmp_path / 'alone'}")[0] == 0
    for level in (0, 1):
        one, two = (
            read_level(run, level) for run in (tmp_path / "together" / "seed1", tmp_path / "alone")
        )
        jax.tree.map(np.testing.assert_array_equal, one.masks, two.masks)
        for a, b in zip(jax.tree.leaves(one), jax.tree.leaves(two), strict=True):
            np.testing.assert_allclose(np.asarray(a), np.asarray(b), **CLOSE)
    control = read_level(tmp_path / "together" / "seed1-random_global-level1", 1)
    pruned = [np.asarray(mask).sum() for mask in jax.tree.leaves(control.masks)]
    assert sum(pruned) == sum(np.asarray(mask).sum() for mask in jax.tree.leaves(one.masks))


def test_together_needs_several_and_excludes_workers(command):
    assert "there is one training" in command("--together=2")[2]
    assert "give one of them" in command("--together=2", "--workers=2", "--seeds=0,1")[2]
