import ast
import subprocess
import sys
from pathlib import Path

import data_prep
import experiments

FILES = [
    path for house in (data_prep, experiments) for path in Path(house.__path__[0]).rglob("*.py")
]


def test_tfds_is_imported_before_anything_is_drawn():
    program = (
        "import sys\n"
        "from data_prep.terminal.bars import make_bars\n"
        "make_bars('x', reads_sets=False)\n"
        "assert 'tensorflow_datasets' not in sys.modules\n"
        "bars = make_bars('x')\n"
        "assert 'tensorflow_datasets' in sys.modules\n"
        "assert not bars.live.is_started\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_bars_are_made_in_one_place():
    assert [path.name for path in FILES if made_bars(path)] == ["bars.py"]


def made_bars(path):
    """What a module calls of what it imports from rich to draw in a thread."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    drawing = {
        name.asname or name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("rich")
        for name in node.names
        if name.name in ("Progress", "Live", "Status", "track", "progress", "live", "status")
    }
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return {name for name in called if name.partition(".")[0] in drawing or ".status" in name}
