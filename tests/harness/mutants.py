"""Mutants: small changes of a program, each of which some test should notice.

Changed are comparisons, arithmetic, `and` and `or`, `not`, conditions, numbers, booleans, and the
order of a call's first two arguments; and statements are dropped. Left alone are annotations,
decorators, strings, and what an error says.
"""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

OTHER: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
"""What an operator becomes."""
SYMMETRIC = ("max", "min", "maximum", "minimum", "isinstance")
"""Calls whose arguments keep their order: swapped, nothing changes or all fails at once."""
CONDITIONS = ("test", "ifs")
"""Fields of nodes that are conditions."""
LEFT_ALONE = ("annotation", "returns", "decorator_list", "exc", "msg")
"""Fields of nodes that are not looked into."""


@dataclass(frozen=True)
class Change:
    """One expression or statement in place of another, at `field` (and `index`) of its parent."""

    parent: ast.AST
    field: str
    index: int | None
    old: ast.expr | ast.stmt
    new: ast.expr | ast.stmt


@dataclass(frozen=True)
class Mutant:
    """One changed program.

    Attributes:
        line: where, from 1.
        before: the code that was changed.
        after: what stands in its place.
        tree: the whole program, to be compiled.
    """

    line: int
    before: str
    after: str
    tree: ast.Module


def count(source: str) -> int:
    """Return how many mutants a program has."""
    return sum(1 for _ in _changes(ast.parse(source)))


def mutant(source: str, number: int) -> Mutant:
    """Return a mutant of a program by its number, from 0.

    Raises:
        IndexError: there are not so many.
    """
    tree = ast.parse(source)
    change = list(_changes(tree))[number]
    if change.index is None:
        setattr(change.parent, change.field, change.new)
    else:
        getattr(change.parent, change.field)[change.index] = change.new
    before, after = (" ".join(ast.unparse(node).split()) for node in (change.old, change.new))
    return Mutant(change.old.lineno, before, after, ast.fix_missing_locations(tree))


def _changes(parent: ast.AST) -> Iterator[Change]:
    for field, value in ast.iter_fields(parent):
        if field in LEFT_ALONE:
            continue
        for index, old in enumerate(value) if isinstance(value, list) else ((None, value),):
            if not isinstance(old, ast.AST) or isinstance(old, ast.JoinedStr):
                continue
            news: list[ast.expr | ast.stmt] = []
            if isinstance(old, ast.expr):
                news += [*_expressions(old), *(_negations(old) if field in CONDITIONS else ())]
            elif isinstance(old, ast.stmt):
                last = isinstance(parent, ast.FunctionDef) and index == len(parent.body) - 1
                news += [ast.Pass()] if _may_go(old, last) else []
            for new in news:
                assert isinstance(old, ast.expr | ast.stmt)
                yield Change(parent, field, index, old, ast.copy_location(new, old))
            yield from _changes(old)


def _expressions(old: ast.expr) -> Iterator[ast.expr]:
    """Give what may stand in place of an expression."""
    match old:
        case ast.Compare(ops=ops):
            for index, op in enumerate(ops):
                other = [*ops[:index], OTHER[type(op)](), *ops[index + 1 :]]
                yield _with(old, ops=other)
        case ast.BinOp(op=op) | ast.BoolOp(op=op) if type(op) in OTHER:
            yield _with(old, op=OTHER[type(op)]())
        case ast.UnaryOp(operand=operand):
            yield operand
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield ast.Constant(value + 1)
        case ast.Constant(value=float(value)):
            yield ast.Constant(2 * value or 1.0)
        case ast.Call(func=function, args=[ast.expr() as a, ast.expr() as b, *rest]):
            name = ast.unparse(function).split(".")[-1]
            starred = isinstance(a, ast.Starred) or isinstance(b, ast.Starred)
            if not starred and name not in SYMMETRIC:
                yield _with(old, args=[b, a, *rest])


def _negations(old: ast.expr) -> Iterator[ast.expr]:
    """Give a condition's contrary, where no other change is that."""
    plain = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot, ast.In, ast.NotIn)
    if isinstance(old, ast.Compare) and isinstance(old.ops[0], plain) and len(old.ops) == 1:
        return
    if not (isinstance(old, ast.UnaryOp) and isinstance(old.op, ast.Not)):
        yield ast.UnaryOp(ast.Not(), old)


def _may_go(old: ast.stmt, last: bool) -> bool:
    """Say whether a program without the statement still makes sense enough to be tested.

    A name that is never set, or a function that returns nothing, would fail wherever it is called.
    """
    match old:
        case ast.Expr(value=ast.Call()) | ast.AugAssign() | ast.Raise():
            return True
        case ast.Continue() | ast.Break():
            return True
        case ast.Return():
            return not last
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            return True
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(value))
    return False


def _with(old: ast.expr, **fields: object) -> ast.expr:
    new = copy.copy(old)
    for name, value in fields.items():
        setattr(new, name, value)
    return new
