"""Draws scores.csv, the sample of docs/audit.md: synthetic scores of two made-up detectors.

    python docs/make_scores.py > docs/scores.csv

40 reals and 40 fakes of two methods at two compressions, 2 frames each, three seeds. `blurry` sees
less than `sharp`, above all of FaceSwap and at c40, and calls nearly everything fake.
"""

import sys

import numpy as np

SEPARATION = {"sharp": 3.2, "blurry": 2.2}
SHIFT = {"sharp": 0.0, "blurry": 3.2}
HARDER = {"real": 0.0, "Deepfakes": 0.0, "FaceSwap": -0.9}
AT = {"c23": 1.0, "c40": 0.5}


def main() -> None:
    """Print the CSV."""
    generator = np.random.default_rng(0)
    print("model,seed,video,frame,method,compression,label,score")
    videos = []
    for number in range(80):
        label = number % 2
        method = ("Deepfakes", "FaceSwap")[number // 2 % 2] if label else "real"
        hard = generator.normal(0, 0.8)
        videos.append((f"{number:03d}", label, method, ("c23", "c40")[number // 4 % 2], hard))
    for model in SEPARATION:
        for seed in (0, 1, 2):
            shift = SHIFT[model] + generator.normal(0, 0.15)
            for name, label, method, compression, hard in videos:
                middle = AT[compression] * SEPARATION[model] * (label - 0.5) + HARDER[method]
                own = generator.normal(0, 0.5)
                for frame in range(2):
                    logit = middle + shift + hard + own + generator.normal(0, 0.6)
                    print(
                        f"{model},{seed},{name},{frame},{method},{compression},"
                        f"{('real', 'fake')[label]},{1 / (1 + np.exp(-logit)):.4f}"
                    )


if __name__ == "__main__":
    sys.exit(main())
