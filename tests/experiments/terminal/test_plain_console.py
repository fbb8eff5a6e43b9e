import io

from rich.table import Table

from experiments.terminal.plain_console import PlainConsole


def test_names_are_shown_as_they_are_and_command_no_terminal():
    out = io.StringIO()
    console = PlainConsole(file=out, width=60)
    table = Table("a\x1b[1m", title="t\x1b]0;x\x07")
    table.add_row("[bold]\x1b[31m")
    console.print("one\n:smile: [red]\x1b[2J")
    console.print(table)
    text = out.getvalue()
    assert "\x1b" not in text
    assert text.startswith("one\n:smile: [red]\\x1b[2J\n")
    assert "[bold]\\x1b[31m" in text
    assert r"t\x1b]0;x\x07" in text
