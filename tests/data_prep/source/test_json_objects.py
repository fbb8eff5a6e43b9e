import tracemalloc

import pytest

from data_prep import limits
from data_prep.source.json_objects import JsonError, read_json, shown


@pytest.fixture
def read(tmp_path):
    def read(text, **options):
        path = tmp_path / "a.json"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_json(path, **options)

    return read


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_says_the_encoding(read, encoding):
    assert read('{"é": [1, {"é": 2}]}'.encode(encoding)) == {"é": [1, {"é": 2}]}


@pytest.mark.parametrize("text", ['{"x": 1, "a": 1, "a": 1}', '{"x": {"id": 7, "a": 1, "a": 2}}'])
def test_a_name_twice(read, text):
    with pytest.raises(JsonError, match=r"a\.json is .* 'a' stands in it twice: \{'a': [12], '"):
        read(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Expecting value"),
        ("{", "Expecting property name"),
        ("[1] [2]", "Extra data"),
        ("[" * 100_000, "it is nested too deeply"),
        ('{"a":' * 100_000, "it is nested too deeply"),
        (r'{"a": ["\ud800"]}', "half a character stands in it"),
        ("9" * 5000, r"Exceeds the limit .* 5000 digits$"),
        (b'"\xe9"', "'utf-8' codec can't decode byte 0xe9"),
    ],
    ids=["empty", "cut", "two", "deep list", "deep object", "half", "digits", "latin"],
)
def test_what_is_no_json(read, text, reason):
    with pytest.raises(JsonError, match=rf"a\.json is not a JSON file: {reason}"):
        read(text)


def test_whole_characters_and_names_of_bytes(read):
    assert read(r'"\ud83d\ude00 \udcff"') == "\U0001f600 \udcff"


@pytest.mark.parametrize("text", [r'"\\ud800"', r'"a\\\\\n\ud83d\ude00b"', r'["\uD7FF", "\uE000"]'])
def test_what_looks_like_half_a_character(read, text):
    assert "�" not in str(read(text))


@pytest.mark.parametrize(
    "text", [r'"\udc7f"', r'"\ud83d\\ude00"', r'"\ude00\ud83d"', r'{"\uDBFF": 1}']
)
def test_half_a_character(read, text):
    with pytest.raises(JsonError, match="half a character"):
        read(text)


def test_a_name_twice_among_very_many(read):
    """By comparing each with each this would take hours."""
    names = ", ".join(f'"{number}": 0' for number in range(300_000))
    with pytest.raises(JsonError, match=r"'299999' stands in it twice: \{'0': 0, '1': 0, "):
        read(f'{{{names}, "299999": 1}}')


def test_a_file_that_is_too_large(read, monkeypatch):
    monkeypatch.setattr(limits, "JSON_BYTES", 20)
    assert read("[" + " " * 18 + "]") == []
    with pytest.raises(JsonError, match=r"a\.json has 21 bytes; at most 20 are read"):
        read("[" + " " * 19 + "]")


@pytest.mark.parametrize("text", ["[[], {}, {}, {}]", '[["a", "b", "c"]]', '{"a": {"b": []}}'])
def test_a_file_of_too_many_values(read, monkeypatch, text):
    monkeypatch.setattr(limits, "JSON_VALUES", 5)
    read(text)
    monkeypatch.setattr(limits, "JSON_VALUES", 4)
    with pytest.raises(JsonError, match=r"a\.json holds 5 lists, objects and texts; at most 4 are"):
        read(text)


@pytest.mark.parametrize("value", ["1.5", "1e9", "[]", "{}", '{"a":1}', '"äbc"', '"\U0001f600"'])
def test_memory_is_that_of_the_bytes_and_the_values(read, value):
    """At their limits, 256 MiB and 8 million, that is some 4 GiB."""
    text = f"[{','.join([value] * 30_000)}]"
    tracemalloc.start()
    try:
        read(text)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    values = sum(map(text.count, "[{")) + text.count('"') // 2
    assert most < 10 * len(text.encode()) + 300 * values


def test_objects_are_converted_from_within(read):
    assert read('{"a": {"b": {}}}', convert=lambda entry: len(entry) + sum(entry.values())) == 2


def test_others_values_are_cut_short():
    assert shown({"id": 0, "bbox": [1, 2, None]}) == "{'bbox': [1, 2, None], 'id': 0}"
    for value in ("x" * 10**5, [1] * 10**5, 10**4000, [[["x" * 10**5] * 99] * 99] * 99):
        assert len(shown(value)) <= 300
