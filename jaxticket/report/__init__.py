"""Reports: tables, plots and the page. Reads run folders only."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jaxticket.report.run import write_report

__all__ = ["write_report"]


def __getattr__(name: str) -> Any:
    """Import the report of a run only when it is asked for: marks and overlays need none of it."""
    if name == "write_report":
        from jaxticket.report.run import write_report

        return write_report
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
