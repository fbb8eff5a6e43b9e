"""What is taken of others' files: stated once, on a page, and alike in both packages."""

import ast
import re
from pathlib import Path
from types import ModuleType

import data_prep.limits
import jaxticket.limits

ROOT = Path(__file__).parents[1]
ROW = re.compile(r"^\|[^|]+\| ([\d,]+)[^|]*\| `([A-Z0-9_]+)` \|", re.MULTILINE)


def stated(module: ModuleType) -> dict[str, int]:
    return {name: value for name, value in vars(module).items() if name.isupper()}


def test_what_both_packages_limit_is_alike():
    ours, theirs = stated(jaxticket.limits), stated(data_prep.limits)
    both = ours.keys() & theirs.keys()
    assert "PICTURE_PIXELS" in both
    assert {name: ours[name] for name in both} == {name: theirs[name] for name in both}


def test_the_page_has_every_limit():
    rows = ROW.findall((ROOT / "docs" / "inputs.md").read_text())
    written = {name: int(number.replace(",", "")) for number, name in rows}
    assert written == stated(jaxticket.limits) | stated(data_prep.limits)


def test_every_picture_is_opened_by_the_formats_that_are_named():
    """Pillow knows forms that run other programs, such as PostScript, whatever a file is called."""
    opened, unnamed = 0, []
    for top in ("data_prep", "experiments", "jaxticket"):
        for path in sorted((ROOT / top).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Image.open"):
                    opened += 1
                    if not any(word.arg == "formats" for word in node.keywords):
                        unnamed.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert opened > 5
    assert not unnamed
