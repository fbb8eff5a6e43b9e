"""The world of these tests: six people in clips of two frames."""

from data_prep.synthetic.world import World

SEED, FRAMES = 3, 2
WORLD = World(seed=SEED, train=1, validation=1, test=1, frames=FRAMES)
