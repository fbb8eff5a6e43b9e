"""The report page: one self-contained HTML file of runs and studies, for a browser.

`write.py` puts the sections together. Each section is a file that returns blocks (`blocks.py`):
texts, tables, plots. Plots are SVG in the page's colours (`plot.py`, `heatmap.py`); templates/
holds the page's HTML, style and script. All that comes from files is escaped.
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
