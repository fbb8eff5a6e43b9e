"""The pages name what exists: files, modules, commands; and the site's menu holds every page."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"])
NAME = re.compile(r"(?<![\w./])(?:jaxticket|experiments|data_prep|tests)(?:[./]\w+)+")
READERS = ("experiments", "data_prep", "tests/harness")
OTHERS_OPTIONS = {"clean", "dist", "help", "strict", "xla_gpu_deterministic_ops"}
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


@cache
def sources() -> str:
    readers = [path for top in READERS for path in (ROOT / top).rglob("*.py")]
    return "".join(path.read_text() for path in [*readers, ROOT / "jaxticket" / "recipe.py"])


def ids(page: Path) -> str:
    return str(page.relative_to(ROOT))


def names(text: str) -> Iterator[str]:
    """Yield modules and files of ours; `NAME` and the like stand for one that the reader picks."""
    for name in NAME.findall(text):
        if not re.search(r"[./][A-Z]+\b", name):
            yield name


def exists(name: str) -> bool:
    """Whether it is a file, a package, a module, or what a module defines."""
    path = ROOT
    for part in re.split(r"[./]", name.removesuffix(".py")):
        if (path / part).is_dir():
            path = path / part
        elif (path / f"{part}.py").is_file():
            path = path / f"{part}.py"
        else:
            source = path if path.is_file() else path / "__init__.py"
            return source.is_file() and bool(re.search(rf"\b{part}\b", source.read_text()))
    return True


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_what_a_page_names_is_there(page):
    assert not [name for name in names(page.read_text()) if not exists(name)]


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_the_options_that_a_page_gives_are_taken(page):
    asked = set(re.findall(r"--([a-z][a-z_]+)", page.read_text())) - OTHERS_OPTIONS
    assert not [option for option in asked if not re.search(rf"\b{option}\b", sources())]


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_what_a_page_links_to_is_there(page):
    links = LINK.findall(page.read_text())
    assert not [link for link in links if not (page.parent / link).exists()]


def test_the_menu_holds_every_page():
    menu = re.findall(r"[\w/]+\.md", (ROOT / "mkdocs.yml").read_text())
    assert sorted(menu) == sorted(str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md"))


def test_every_package_of_the_library_has_its_api_page():
    packages = {path.parent.name for path in (ROOT / "jaxticket").glob("*/__init__.py")}
    pages = "".join(page.read_text() for page in (DOCS / "api").glob("*.md"))
    lacking = packages - set(re.findall(r"::: jaxticket\.(\w+)", pages))
    assert not lacking, f"write docs/api/NAME.md and its line in mkdocs.yml for {lacking}"


def messages() -> str:
    """Return every text of the code, a line each; what varies in one is a "…"."""
    texts = []
    for package in ("jaxticket", "experiments", "data_prep"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.JoinedStr | ast.Constant):
                    texts.append(written(node))
    return "\n".join(texts)


def written(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(written(part) for part in node.values)
    return str(node.value) if isinstance(node, ast.Constant) else "…"


def test_the_messages_to_look_up_are_those_of_the_program():
    code = messages()
    listed = re.findall(r"^\| `(.+?)` \|", (DOCS / "troubleshooting.md").read_text(), re.MULTILINE)
    assert len(listed) > 30
    assert not [text for text in listed if text not in code]


def test_the_map_shows_every_room():
    drawn = (ROOT / "README.md").read_text()
    lines = set(re.findall(r"^  (\w+)/", drawn, re.MULTILINE))
    data_sets = set(
        re.findall(r"\w+", re.findall(r"each data set:(.+?)schema", drawn, re.DOTALL)[0])
    )
    for house in ("jaxticket", "experiments", "data_prep"):
        rooms = {path.parent.name for path in (ROOT / house).glob("*/__init__.py")}
        assert rooms <= lines | data_sets, (
            f"draw {rooms - lines - data_sets} of {house} into the map"
        )
