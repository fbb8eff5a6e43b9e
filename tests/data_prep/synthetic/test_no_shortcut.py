"""Nothing but the face gives a forgery away.

The criterion: on a world of this size and seed, which are fixed, no probe's AUC over all methods
lies above 0.60. Originals and forgeries show the same people at the same frames, so the AUC varies
far less than that of as many independent pictures. `python -m data_prep.probes` shows the
probes' results by method, with intervals, on any tree.
"""

import pytest

from data_prep.probes import POOLED, SHORTCUTS, probe_tree
from data_prep.synthetic.releases.render_once import render_once
from data_prep.synthetic.world import World

WORLD = World(seed=1001, train=12, validation=1, test=7, frames=2)
LARGEST_AUC = 0.60


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    root = tmp_path_factory.mktemp("shortcut") / "tree"
    render_once(WORLD, root, ["c23"])
    found = probe_tree(root, "c23", frames=(0, 1), probes=SHORTCUTS)
    return {result.probe: result for result in found if result.method == POOLED}


@pytest.mark.parametrize("probe", SHORTCUTS)
def test_no_shortcut(results, probe):
    assert results[probe].auc <= LARGEST_AUC, results[probe]
