"""Reports: tables, plots and the page. Reads run folders only."""

from jaxticket.report.run import write_report

__all__ = ["write_report"]
