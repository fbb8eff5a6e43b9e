"""The synthetic world: drawn people in short clips, forged in five ways, in official layouts.

It stands for no real data set: with it everything runs with nothing downloaded. Who is drawn
(`person`), where and how (`scene`), the drawing (`face`, `complexion`, `hair`, `light`, `render`,
`camera`), the forging (`forgeries`, `region`), where the parts of faces are seen (`features`,
`coverage`, `face_parts`), and the videos (`world`, `tree`). The command is
`python -m data_prep.synthetic --layout=faceforensics --out=DIR`; `prepare_embedded` renders and
prepares a named set once.
"""

from data_prep.synthetic.embedded import EMBEDDED, prepare_embedded

__all__ = ["EMBEDDED", "prepare_embedded"]
