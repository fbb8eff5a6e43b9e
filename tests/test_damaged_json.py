"""Every reader of kept JSON: what is cut, of another form or no number is one kind of error."""

import re

import pytest

from data_prep.checks.complete import PreparationError
from data_prep.prepared.card import make_card, read_card, write_card
from tests.data_prep.prepared.test_card import WHOLE


def card(folder):
    skipped = [("z", "empty file")]
    write_card(make_card(WHOLE, name="n", source="s", methods=("real",), skipped=skipped), folder)
    return folder / "data_card.json", lambda: read_card(folder), PreparationError


def damages(content):
    """Yield content cut at every 50th byte, of other forms, and with what is no number in it."""
    yield from (content[:size] for size in range(0, len(content) - 1, 50))
    yield from (b"null", b"7", b"[7]", b"{}", b"\xff", b"[" * 10**5)
    numbers = list(re.finditer(rb"(?<=[ \[])-?\d[\d.e-]*(?=[,\n])", content))
    for number in numbers[:: max(1, len(numbers) // 20)]:
        for other in (b"Infinity", b"NaN", b'"x"', b"[]"):
            yield content[: number.start()] + other + content[number.end() :]


@pytest.mark.parametrize("write", [card])
def test_what_is_damaged_is_one_kind_of_error(tmp_path, write):
    path, read, error = write(tmp_path)
    read()
    whole = path.read_bytes()
    contents = list(damages(whole))
    assert len(contents) > 40
    for content in contents:
        path.write_bytes(content)
        with pytest.raises(error, match=rf"{path.name} is damaged \(.+\): \w+") as raised:
            read()
        assert type(raised.value) is error
