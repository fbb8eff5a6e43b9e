"""The report page: one self-contained HTML file of runs and studies, for a browser.

`page.py` puts the sections together; a section is a file of its own and gives blocks (`blocks.py`):
texts, tables, plots. Plots are SVG in the page's colours (`plot.py`, `heatmap.py`), and what is in
templates/ is the page's form, style and script. All that comes from files is escaped.
"""

from jaxticket.report.page.parts import Control, Judged, Progress, RunPart, StudyPart
from jaxticket.report.page.reading import PAGE, is_study, read_study
from jaxticket.report.page.write import write_page

__all__ = [
    "PAGE",
    "Control",
    "Judged",
    "Progress",
    "RunPart",
    "StudyPart",
    "is_study",
    "read_study",
    "write_page",
]
