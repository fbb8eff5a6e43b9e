import json

import pytest

from data_prep.source.json_objects import without_repetition


def test_distinct_names():
    text = '{"a": 1, "b": {"a": 2}}'
    assert json.loads(text, object_pairs_hook=without_repetition) == {"a": 1, "b": {"a": 2}}


@pytest.mark.parametrize("text", ['{"x": 1, "a": 1, "a": 1}', '{"x": {"a": 1, "a": 2}}'])
def test_a_name_twice(text):
    with pytest.raises(ValueError, match="'a' stands in it twice"):
        json.loads(text, object_pairs_hook=without_repetition)
