"""Preparation of data sets: pictures and videos on disk become TFDS records.

Every data set has a package of its own, which lists what lies in a source, and a command. They
share the record schema (`schema`), safe reading of pictures and videos (`media`), listings, layouts
and splits by group (`source`), faces and their boxes (`faces`, `videos.detection`), checks of the
whole set (`checks`), the way from items to records (`running.preparation`), and prepared sets with
their data cards, written whole or not at all (`prepared`).

Labels are real = 0 and fake = 1 everywhere. `jaxticket` reads the result by the record schema
alone; the two packages never import each other.
"""

import sys

if sys.argv[:1] == ["-m"]:  # `python -m data_prep.NAME` is being found; its imports take a second
    from data_prep.terminal.signals import end_at_once

    end_at_once()
