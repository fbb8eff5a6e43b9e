"""The figures of a run's efficiency as a Markdown page with its plot."""

from pathlib import Path

from jaxticket.report.efficiency import HEADS, machine_text, rows, sentences
from jaxticket.report.page.efficiency import frontier, plot_note, plot_title
from jaxticket.report.png import write_png
from jaxticket.runs.efficiency import Efficiency, efficiency_folder
from jaxticket.runs.files import write_text
from jaxticket.text import markdown_table

PLOT = "frontier.png"


def write_frontier(run: Path, record: Efficiency) -> None:
    """Write efficiency.md and frontier.png into a run's folder of figures."""
    folder = efficiency_folder(run)
    plots = frontier(record)
    if plots:
        write_png(plots, f"{plot_title(record)}\n{plot_note(record)}", folder / PLOT)
    picture = [f"![Accuracy against latency and bytes]({PLOT})", ""] if plots else []
    text = [
        f"# What the ticket costs and saves: {record.model}, {record.image_size} px",
        "",
        *(f"- {sentence}" for sentence in sentences(record)),
        "",
        *picture,
        *markdown_table(HEADS, rows(record)),
        machine_text(record),
        "",
        *(f"- {note}" for note in record.notes),
        "",
    ]
    write_text(folder / "efficiency.md", "\n".join(text))
