"""Preparation of data sets: pictures and videos on disk become TFDS records.

Every data set has a package of its own with a TFDS builder and a command. What they share stands
here: the record schema (`records`), safe reading of pictures (`pictures`, `reading`), listings and
layouts of picture folders (`listing`, `layouts`, `manifest`), splits by group (`splitting`), faces
of videos (`detection`, `detectors`), checks of the whole set (`checks`, `leaks`, `shortcut`),
the data card (`card`) and the writing that leaves either a whole prepared set or none (`prepared`).

Labels are real = 0 and fake = 1 everywhere. `jaxticket` reads the result by the record schema
alone; the two packages never import each other.
"""
