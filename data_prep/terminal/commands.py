"""The commands of a package: its modules with a `main`, by what their docstrings say first.

Nothing is imported, here or of the package: a list of commands is there at once, and `python -m
jaxticket` runs this file by its path.
"""

import ast
from pathlib import Path
from typing import NamedTuple


class Command(NamedTuple):
    """A command, and a line that says what it is for."""

    name: str
    module: str
    line: str


def commands(folder: Path) -> list[Command]:
    """Return the commands of a package's folder: `NAME.py`, or `NAME/__main__.py`, in order."""
    known = []
    for file in (*folder.glob("[!_]*.py"), *folder.glob("*/__main__.py")):
        parts = file.relative_to(folder.parent).with_suffix("").parts
        tree = ast.parse(file.read_text(encoding="utf-8"))
        defined = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
        if "main" in defined:
            line = (ast.get_docstring(tree) or "").partition("\n")[0]
            known.append(Command(parts[1], ".".join(parts), line))
    return sorted(known)


def listing(prefix: str, known: list[Command]) -> str:
    """Return the commands, one a line, each as it is typed after `prefix`."""
    width = max(len(command.name) for command in known)
    return "\n".join(f"  {prefix}{command.name:{width}}  {command.line}" for command in known)
