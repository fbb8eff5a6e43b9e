"""Is this file a whole ticket, and does it hold what it says?"""

import json

from rich.console import Console

from experiments.options.ticket import Verify
from jaxticket.text import printable
from jaxticket.tickets import Refused, verify


def main(config: Verify, console: Console) -> None:
    """Say what was checked, a line each.

    Raises:
        Refused: the file is not what it says; says why.
        OSError: it cannot be read.
        SystemExit: likewise, where JSON is asked for, with status 2.
    """
    try:
        checks = verify(config.file, config.rewind)
    except (Refused, OSError) as error:
        if not config.json:
            raise
        print(json.dumps({"file": str(config.file), "whole": False, "reason": str(error)}))
        raise SystemExit(2) from None
    if config.json:
        print(json.dumps({"file": str(config.file), "whole": True, "checks": dict(checks)}))
        return
    for name, found in checks:
        console.print(f"ok  {name:20}{printable(found)}")
