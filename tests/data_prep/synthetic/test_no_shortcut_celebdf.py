"""Nothing but the face gives a forgery away in the layout of Celeb-DF either.

The criterion is that of `test_no_shortcut`: in a world of this size and seed, which are fixed, no
probe's AUC lies above 0.60.
"""

import pytest

from data_prep.celebdf import open_celebdf
from data_prep.probes import POOLED, _matched, _probe
from data_prep.probing.features import SHORTCUTS, read_features
from data_prep.synthetic.releases.celebdf import CELEBRITIES, render_celebdf_once
from data_prep.synthetic.world import World
from data_prep.videos.source import find_sources
from tests.data_prep.synthetic.test_no_shortcut import LARGEST_AUC

WORLD = World(seed=CELEBRITIES.seed, train=12, validation=1, test=7, frames=2)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    root = tmp_path_factory.mktemp("shortcut") / "tree"
    render_celebdf_once(WORLD, root)
    videos = open_celebdf(root)
    features = read_features(find_sources(videos), (0, 1))
    train, test = (_matched(videos, split, videos.methods[1:]) for split in ("train", "test"))
    return {probe: _probe(probe, POOLED, train, test, features) for probe in SHORTCUTS}


@pytest.mark.parametrize("probe", SHORTCUTS)
def test_no_shortcut(results, probe):
    assert results[probe].videos == 14
    assert results[probe].auc <= LARGEST_AUC, results[probe]
