"""Faces: where they are, who they are followed from, how they are cropped and encoded."""
