"""What is taken of a file that somebody else made; what is beyond is refused with a sentence.

They hold for every reader of this package, and `docs/inputs.md` has them as a table. What makes
data sets has those of its own readers in `data_prep.limits`: neither package imports the other, and
what both limit has the same name and value there.
"""

PICTURE_PIXELS = 64_000_000
PICTURE_SCANS = 100
"""Of a progressive JPEG, each of which goes over all pixels; encoders write some ten."""
PICTURE_WORK = 1_000_000_000
"""Pixels times scans of a JPEG: decoding goes over some hundred million a second."""
PICTURE_SEGMENTS = 10_000

HDF5_SECONDS = 30
"""The longest that an HDF5 file may take to be read."""
HDF5_MEMORY = 4 << 30
"""Bytes that reading it may take, of addresses: the libraries alone reserve some 1 GiB."""
WEIGHTS_BYTES = 256 << 20
"""Of the arrays of an HDF5 file, and of one chunk of them; Keras files here have 100,000."""

JSON_BYTES = 256 << 20
TEXT_BYTES = 256 << 20
"""Of a table in a run folder."""
TABLE_CELLS = 20_000_000
"""Of a CSV, by its commas and line ends."""
NAMES_BYTES = 4 << 30
"""Of the names of a split's examples in memory, where all of a column are as long as the longest.
"""

CHECKPOINT_BYTES = 4 << 30
"""Of the arrays of a checkpoint whose shapes it says itself, those that are pruned unpacked."""

SENTENCE = 4_000
"""Characters of an error, and of a line on a terminal: names in a file may be of any length."""

TICKET_HEADER = 4 << 20
"""Bytes of a ticket's header, the manifest in it included."""
TICKET_WEIGHTS = 1 << 26
"""That may be pruned, all together."""
TICKET_WEIGHTS_A_BYTE = 10_000
"""Likewise, for each byte of the file: a mask of a few bytes may stand for many zeros."""
