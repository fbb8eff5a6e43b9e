"""What do the scores of a detector say, whatever framework made them, and how surely?

    jaxticket audit scores.csv
    jaxticket audit ours.csv theirs.csv --published=auc:0.993 --out=audit.html

A row a picture or video, with columns path or video, label, score; if they are there seed, method,
compression, group, model, checkpoint, split. Gives metrics by frame and by video with their
intervals over groups and seeds, paired differences of models with a verdict, figures by method and
compression, calibration, what the threshold does, and how much choosing among checkpoints on the
test set flatters. Needs no run, no data set, no JAX and no accelerator.
"""

from experiments.terminal.start import start

if __name__ == "__main__":
    start("audit")  # here, since help needs no more imports

from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from experiments.auditing.columns import read_named
from experiments.auditing.findings import audit
from experiments.auditing.reading import read_table
from experiments.auditing.sections import audit_page
from experiments.auditing.tables import print_audit
from experiments.options.audit import Config
from jaxticket.runs.files import write_json, write_text


def main(config: Config, console: Console) -> Path:
    """Print the figures, write the page with its JSON, and return the page.

    Raises:
        ValueError: no file is named, one cannot be read, or its rows do not fit together.
        FileNotFoundError: there is no such file.
        OSError: the page cannot be written.
    """
    if not config.scores:
        raise ValueError("name a CSV of scores: jaxticket audit scores.csv")
    page = page_path(config)
    named = read_named(config.columns)
    found = audit([read_table(path, named, config.fake_label) for path in config.scores], config)
    print_audit(found, console)
    write_json(page.with_suffix(".json"), as_json(found))
    write_text(page, audit_page(found))
    console.print(f"page {page}; figures {page.with_suffix('.json')}", markup=False, emoji=False)
    return page


def page_path(config: Config) -> Path:
    """Return where the page goes.

    Raises:
        ValueError: it would overwrite the scores, or `--out` is no page.
    """
    first = config.scores[0]
    page = config.out or first.with_name(f"{first.stem}_audit.html")
    if page.is_dir():
        page = page / f"{first.stem}_audit.html"
    if page.suffix.lower() not in (".html", ".htm"):
        raise ValueError(f"--out={page}: name a page that ends with .html, or a folder")
    inputs = [path.resolve() for path in config.scores]
    for path in (page, page.with_suffix(".json")):
        if path.resolve() in inputs:
            raise ValueError(f"{path} is one of the files of scores: name another page by --out")
    if not page.parent.is_dir():
        raise ValueError(f"--out={page}: there is no folder {page.parent}")
    return page


def as_json(value: Any) -> Any:
    """Return findings as JSON keeps them, figures in full."""
    if is_dataclass(value) and not isinstance(value, type):
        return {key: as_json(item) for key, item in vars(value).items()}
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(item) for item in value]
    return value
