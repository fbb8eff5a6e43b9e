"""Reading a run folder, for reports."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jaxticket.runs import files


@dataclass(frozen=True)
class RunRecord:
    """What a run folder says.

    Attributes:
        path: the folder.
        config: the resolved configuration.
        environment: versions, device, commit.
        levels: every finished level's evaluation, in order.
        summary: summary.json, empty while the run is under way.
    """

    path: Path
    config: dict[str, Any]
    environment: dict[str, Any]
    levels: list[dict[str, Any]]
    summary: dict[str, Any]

    def layers(self, level: int) -> list[dict[str, str]]:
        """Return the rows of a level's layers.csv."""
        with (self.path / f"level_{level:02d}" / "layers.csv").open(encoding="utf-8") as file:
            return list(csv.DictReader(file))


def read_run(path: Path) -> RunRecord:
    """Read a run folder, finished or not.

    Raises:
        FileNotFoundError: the folder holds no run.
    """
    if not (path / "config.json").is_file():
        raise FileNotFoundError(f"{path} holds no run: config.json is missing")
    summary = path / "summary.json"
    return RunRecord(
        path=path,
        config=files.read_json(path / "config.json"),
        environment=files.read_json(path / "environment.json"),
        levels=[files.read_json(p) for p in sorted(path.glob("level_*/evaluation.json"))],
        summary=files.read_json(summary) if summary.is_file() else {},
    )
