import pytest

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


def test_objects_are_converted_from_within(read):
    assert read('{"a": {"b": {}}}', convert=lambda entry: len(entry) + sum(entry.values())) == 2


def test_others_values_are_cut_short():
    assert shown({"id": 0, "bbox": [1, 2, None]}) == "{'bbox': [1, 2, None], 'id': 0}"
    for value in ("x" * 10**5, [1] * 10**5, 10**4000, [[["x" * 10**5] * 99] * 99] * 99):
        assert len(shown(value)) <= 300
