"""Lists in messages are cut short, and say how much was cut."""

from data_prep.checks.excerpts import count_text, first_lines, first_names, kinds


def test_what_is_left_out_is_counted():
    assert first_lines(["a", "b", "c"]) == "  a\n  b\n  c"
    assert first_lines(["a", "b", "c", "d"]) == "  a\n  b\n  c\n  and 1 more"
    assert first_names(["a", "b"], 2) == "a, b"
    assert first_names(["x"] * 1_502, 2) == "x, x and 1,500 more"
    assert first_names([], 2) == ""


def test_kinds_that_are_there_are_counted():
    assert kinds({"hidden": 1, ".txt file": 2, ".csv file": 0, "folder": -1}) == (
        "2 .txt files, 1 hidden"
    )
    assert kinds({}) == "nothing"


def test_what_to_do_about_links():
    for kind in ("link out of the folder", "link to a folder"):
        assert kinds({"hidden": 1, kind: 2}) == (
            f"1 hidden, 2 {kind.replace('link', 'links')}; such links are not followed: copy what "
            "they name, or give the folder it lies in"
        )
    assert kinds({"broken link": 1}) == "1 broken link"


def test_counts_have_their_noun():
    assert [count_text(n, "frame") for n in (0, 1, 2000)] == ["0 frames", "1 frame", "2,000 frames"]
    assert count_text(2, "group stands", "groups stand") == "2 groups stand"


def test_a_name_stays_on_its_line():
    assert first_lines(["a\nb\x1b[1m", "c"]) == "  a\\nb\\x1b[1m\n  c"
    assert first_names(["a\rb", "c"], 2) == "a\\rb, c"
