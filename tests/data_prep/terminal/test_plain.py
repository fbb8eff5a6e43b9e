import io
import logging

from rich.console import Console

from data_prep.limits import SENTENCE
from data_prep.running.command_line import _logged_to
from data_prep.terminal.plain import harmless, say_error


def test_what_does_not_print_is_written_out():
    assert harmless("é\n\x1b[2J\x9b\u2028[red]\r") == "é\n\\x1b[2J\\x9b\\u2028[red]\\r"


def test_an_error_has_a_length(capsys):
    say_error(ValueError("x" * 10**6))
    assert capsys.readouterr().err == f"error: {'x' * SENTENCE}...\n"
    say_error(ValueError("a\n" * 10**6))
    assert len(capsys.readouterr().err) < SENTENCE + 20


def test_an_error_of_the_system_is_said_without_its_number(capsys):
    say_error(OSError(13, "Permission denied", "/data/card"))
    say_error(OSError(28, "the set could not be written"))
    said = ["error: /data/card: Permission denied", "error: the set could not be written"]
    assert capsys.readouterr().err.splitlines() == said


def test_what_is_logged_is_harmless():
    out = io.StringIO()
    with _logged_to(Console(file=out, width=200)):
        logging.getLogger("data_prep").warning("left out: %s", "a\x1b]0;b\x07[bold]")
    assert out.getvalue().strip() == r"left out: a\x1b]0;b\x07[bold]"
