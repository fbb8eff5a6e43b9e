"""Drawing: a person, a scene, a camera; how a clip of a face becomes pixels."""
