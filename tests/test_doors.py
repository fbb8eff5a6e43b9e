import sys

import pytest

from jaxticket.doors import is_own, look_up, naming

TABLE = {"first": 1, "second": 2}


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A folder on the path, and a function that writes a module there."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "modules", dict(sys.modules))
    return lambda name, text: (tmp_path / f"{name}.py").write_text(text)


def test_a_row_of_the_table():
    assert look_up("number", "second", TABLE) == 2


def test_a_users_own(package):
    package("mine_found", "class Box:\n    value = 7\n")
    assert look_up("number", "mine_found:Box.value", TABLE) == 7
    assert is_own("mine_found:Box")
    assert not is_own("first")


def test_nothing_is_imported_for_a_name_of_ours(package):
    package("first", "raise AssertionError")
    assert look_up("number", "first", TABLE) == 1


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("frist", r"no number named 'frist'; did you mean first\? known: first, second, or your "
                  "own as package.module:name"),
        ("third", "no number named 'third'; known: first"),
        ("mine:", "'mine:' lacks its name"),
        (":seven", "':seven' lacks its module"),
        ("no_such:x", "No module named 'no_such'. Install its package, or .* PYTHONPATH"),
        ("sys:no_such", "is not there: module 'sys' has no attribute 'no_such'"),
        ("mine_broken:x", "'mine_broken:x' cannot be imported: ZeroDivisionError: division by"),
        ("a b:c", "'a b:c' cannot be imported"),
    ],
)  # fmt: skip
def test_what_is_not_there(package, name, message):
    package("mine_broken", "1 / 0")
    with pytest.raises(ValueError, match=message):
        look_up("number", name, TABLE)


def test_what_a_users_part_raises_is_named_and_what_ours_raises_is_not():
    message = "your own number 'mine:x' fails on two: KeyError: 3"
    with pytest.raises(ValueError, match=message) as caught, naming("number", "mine:x", "on two"):
        raise KeyError(3)
    assert isinstance(caught.value.__cause__, KeyError)
    with pytest.raises(KeyError), naming("number", "first"):
        raise KeyError(3)
