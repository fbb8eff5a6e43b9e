"""What is taken of a file that somebody else made; what is beyond is refused with a sentence.

They hold for every reader of this package, and `docs/inputs.md` has them as a table. The library
has those of its own readers in `jaxticket.limits`: neither package imports the other, and what both
limit has the same name and value there.
"""

PICTURE_BYTES = 1 << 30
PICTURE_PIXELS = 64_000_000
PICTURE_SCANS = 100
"""Of a progressive JPEG, each of which goes over all pixels; encoders write some ten."""
PICTURE_WORK = 1_000_000_000
"""Pixels times scans of a JPEG: decoding goes over some hundred million a second."""
PICTURE_SEGMENTS = 10_000
PICTURES_MEMORY = 2 << 30
"""Bytes that the pictures which threads decode side by side may take together."""

SENTENCE = 4_000
"""Characters of an error, and of a line on a terminal: names in a file may be of any length."""

VIDEO_PIXELS = 7680 * 4320
VIDEO_FRAMES = 5_000_000
"""Two days at 25 frames a second. Frames are read one by one: this bounds time, not memory."""
FRAME_FACES = 200
"""Faces in a frame or a picture. Each is cut out, scored and compared with those before."""

JSON_BYTES = 256 << 20
JSON_VALUES = 8_000_000
"""Lists, objects and texts in a JSON file, each of which takes Python some 100 to 400 bytes."""
POLYGON_CORNERS = 10_000
"""Of the polygons of a face together."""
FACE_POLYGONS = 100
TEXT_BYTES = 256 << 20
"""Of a list, a CSV or another text."""
TEXT_LINES = 2_000_000
TABLE_CELLS = 20_000_000
"""Rows times columns of a CSV."""
