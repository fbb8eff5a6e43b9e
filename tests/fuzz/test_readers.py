"""A share of what `python -m tests.fuzz` tries."""

import pytest

from tests.fuzz.attempt import try_inputs
from tests.fuzz.readers import READERS

INPUTS = 20


@pytest.mark.parametrize("name", sorted(READERS))
def test_files_that_are_almost_right_are_read_or_refused_in_words(name, tmp_path):
    reader = READERS[name]
    if reader.needs:
        pytest.importorskip(reader.needs)
    tried, test = try_inputs(reader, tmp_path, max(1, INPUTS // reader.cost), 0)
    test()
    assert tried.failures == {}
    assert tried.inputs > 0
