"""The pages of a study beside its results: one module a page, each with its csv and json.

`by_video`, `by_method`, `rare` and `robustness` are read from run folders anew, over all seeds;
`transfer` is a part of the results and a picture. `figure` is what they hold, `layout` how they are
written.
"""
