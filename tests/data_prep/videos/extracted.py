"""Frames and masks in folders, as they are extracted from videos."""

import cv2
import numpy as np


def extract(folder, pictures, numbers):
    folder.mkdir(parents=True)
    for number, picture in zip(numbers, pictures, strict=True):
        cv2.imwrite(str(folder / f"{number}.png"), picture[..., ::-1])
    return folder


def extract_masks(folder, masks, numbers):
    return extract(folder, [np.repeat(mask[..., None], 3, axis=-1) for mask in masks], numbers)
