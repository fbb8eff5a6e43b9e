"""Reports: tables, plots and the page. Reads run folders only."""

from jaxticket.report.page import write_report

__all__ = ["write_report"]
