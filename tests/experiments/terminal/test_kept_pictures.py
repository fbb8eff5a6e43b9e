from pathlib import Path

import pytest

from experiments.terminal.kept_pictures import VARIABLE, pictures_dir


@pytest.mark.parametrize("no", ["0", "False", "off"])
def test_keeping_can_be_turned_off(no, monkeypatch):
    monkeypatch.setenv(VARIABLE, no)
    assert pictures_dir() is None


def test_pictures_are_kept_in_the_users_cache(monkeypatch, tmp_path):
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert pictures_dir() == tmp_path / "jaxticket" / "pictures"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/home/somebody")
    assert pictures_dir() == Path("/home/somebody/.cache/jaxticket/pictures")
