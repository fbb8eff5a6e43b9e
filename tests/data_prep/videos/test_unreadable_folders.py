import os
from collections import Counter

import pytest

from data_prep.videos.listing import find_videos


def test_a_folder_that_may_not_be_read(tmp_path, monkeypatch):
    def forbidden(path):
        raise PermissionError(13, "Permission denied", str(path))

    root = tmp_path.resolve()
    (root / "v").mkdir()
    monkeypatch.setattr(os, "scandir", forbidden)
    with pytest.raises(PermissionError, match=r"the folder .*/v cannot be read: give yourself"):
        find_videos(root, "v", Counter())
