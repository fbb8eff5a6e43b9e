import numpy as np
import pytest

from jaxticket.attention.maps import best_threshold, energy_inside, iou_at, pixel_auc, pointing_game

MAP = np.array([[[8.0, 4.0, 0.0], [2.0, 2.0, 0.0]]])
LEFT = np.array([[[True, False, False], [True, False, False]]])
EMPTY = np.zeros_like(MAP)
NOWHERE = np.zeros_like(LEFT)
MEASURES = {
    "energy_inside": energy_inside,
    "pointing_game": pointing_game,
    "iou_at": lambda maps, masks: iou_at(maps, masks, 0.5),
    "pixel_auc": pixel_auc,
}


def test_by_hand():
    assert energy_inside(MAP, LEFT) == pytest.approx([10 / 16])
    assert pointing_game(MAP, LEFT) == pytest.approx([1])
    assert pointing_game(MAP, ~LEFT) == pytest.approx([0])
    assert iou_at(MAP, LEFT, 0.5) == pytest.approx([1 / 3])  # 8 and 4 are found
    assert iou_at(MAP, LEFT, 0.25) == pytest.approx([2 / 4])
    assert iou_at(MAP, LEFT, 1) == pytest.approx([1 / 2])
    # Inside 8 and 2, outside 4, 0, 2 and 0: 4 wins, then 2 wins and a tie.
    assert pixel_auc(MAP, LEFT) == pytest.approx([(4 + 2 + 0.5) / 8])


def test_several_maxima_count_by_their_share():
    flat = np.ones((1, 2, 3))
    assert pointing_game(flat, LEFT) == pytest.approx([2 / 6])
    assert pixel_auc(flat, LEFT) == pytest.approx([0.5])


@pytest.mark.parametrize("name", MEASURES)
def test_unknown_regions_and_empty_maps_are_left_out(name):
    maps = np.concatenate([MAP, MAP, EMPTY, EMPTY])
    masks = np.concatenate([LEFT, NOWHERE, LEFT, NOWHERE])
    assert np.isnan(MEASURES[name](maps, masks)).tolist() == [False, True, True, True]


@pytest.mark.parametrize("name", MEASURES)
def test_masks_are_booleans_of_the_maps_shape(name):
    for masks in (LEFT.astype(float), LEFT[:, :1]):
        with pytest.raises(ValueError, match=r"booleans of the maps' shape \(1, 2, 3\)"):
            MEASURES[name](MAP, masks)


def test_a_region_that_is_the_whole_picture():
    everywhere = np.ones_like(LEFT)
    assert energy_inside(MAP, everywhere) == pytest.approx([1])
    assert np.isnan(pixel_auc(MAP, everywhere)).all()


def test_the_best_threshold():
    # 0.3 finds 8 and 4, 0.25 all but the zeros, 0.6 only 8; the region is 8 and 4.
    region = np.array([[[True, True, False], [False, False, False]]])
    assert best_threshold(MAP, region, (0.25, 0.6, 0.3, 0.4)) == 0.3
    # A picture without a region changes nothing.
    maps, masks = np.concatenate([MAP, MAP]), np.concatenate([region, NOWHERE])
    assert best_threshold(maps, masks, (0.25, 0.6, 0.3)) == 0.3


def test_of_equally_good_thresholds_the_lowest():
    region = np.array([[[True, True, False], [False, False, False]]])
    assert best_threshold(MAP, region, (0.4, 0.3)) == 0.3


def test_no_threshold_without_a_region():
    with pytest.raises(ValueError, match="no picture has both"):
        best_threshold(np.concatenate([MAP, EMPTY]), np.concatenate([NOWHERE, LEFT]))


@pytest.mark.parametrize("threshold", [0, 1.5])
def test_thresholds_out_of_range(threshold):
    with pytest.raises(ValueError, match=r"must lie in \(0, 1\]"):
        iou_at(MAP, LEFT, threshold)
