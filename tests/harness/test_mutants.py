"""What is changed of a program; `tests.harness.mutation` tries it on the core's tests."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness.mutants import count, mutant

ROOT = Path(__file__).parents[2]


def changes(source):
    """Return every change of a program: line, before, after."""
    found = [mutant(source, number) for number in range(count(source))]
    for one in found:
        compile(one.tree, "changed", "exec")
        assert ast.unparse(one.tree) != ast.unparse(ast.parse(source))
    return [(one.line, one.before, one.after) for one in found]


@pytest.mark.parametrize(
    ("source", "want"),
    [
        ("a < b <= c", [("a < b <= c", "a <= b <= c"), ("a < b <= c", "a < b < c")]),
        ("a + b", [("a + b", "a - b")]),
        ("a and not b", [("a and (not b)", "a or not b"), ("not b", "b")]),
        ("x = 3, 0.5, 0.0, True", [("3", "4"), ("0.5", "1.0"), ("0.0", "1.0"), ("True", "False")]),
        ("x = f(a, b, key=c)", [("f(a, b, key=c)", "f(b, a, key=c)")]),
        ("x = max(a, b), f(*a, b), f(a)", []),
        ("x = a if b else c", [("b", "not b")]),
        ("x = a if b == c else d", [("b == c", "b != c")]),
        ("x = [a for a in b if c]", [("c", "not c")]),
        ("f()", [("f()", "pass")]),
        ("x += y", [("x += y", "pass")]),
        ("x = f(y)", []),
        ("x = f(x)", [("x = f(x)", "pass")]),
        ("x.a = y", [("x.a = y", "pass")]),
        ("raise ValueError(1 + 2)", [("raise ValueError(1 + 2)", "pass")]),
        ("'text'; x: list[1 + 2] = f'{1 + 2}'", []),
    ],
)  # fmt: skip
def test_each_kind_of_change_by_hand(source, want):
    assert changes(source) == [(1, *one) for one in want]


def test_a_return_goes_but_the_last():
    source = "@wrap(1)\ndef f(x: 1) -> 2:\n    if x:\n        return y\n    return z"
    assert changes(source) == [(3, "x", "not x"), (4, "return y", "pass")]


def test_a_mutant_is_noticed_where_the_unchanged_program_passes():
    path = "jaxticket/statistics/multiplicity.py"
    source = (ROOT / path).read_text()
    after = [mutant(source, number).after for number in range(count(source))]
    name = f"{path}#{after.index('given < 1')}"
    command = [sys.executable, "-m", "tests.harness.mutation", name]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"{name}, line " in done.stdout
    assert "| all | 1 | 1 |" in done.stdout
