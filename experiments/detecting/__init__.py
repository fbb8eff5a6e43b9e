"""What detect does: from files to faces, from faces to scores, from scores to answers.

`scoring` stands on `network`, `crops` and `judging`; what they find is in `findings`. None of it
imports JAX, but for `maps`.
"""
