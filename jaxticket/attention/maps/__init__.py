"""Saliency: where a detector looks, whether a ticket looks there too, and whether it matters.

`make` makes them (Grad-CAM, Grad-CAM++, HiResCAM, integrated gradients) and `layers` says of which
layer; `of_graph` makes them of a ticket file's network. `agreement` compares those of two networks,
`localisation` holds them against the forged region and `chance` gives its floors; `faithfulness`
deletes and inserts pixels in the order of a map; `randomisation` is the sanity check. Maps are
jitted functions of parameters; figures are NumPy, one value a picture, NaN where it is undefined.
"""

from jaxticket.attention.maps.agreement import (
    AGREEMENT,
    centre_of_mass,
    centre_shift,
    distance,
    distance_of_unit_mass,
    jensen_shannon,
    rank_correlation,
    top_k_overlap,
)
from jaxticket.attention.maps.chance import area_share, centre_prior, random_maps
from jaxticket.attention.maps.explained import explained_probability, explained_score
from jaxticket.attention.maps.faithfulness import (
    Curves,
    area,
    make_curves,
    map_order,
    random_order,
)
from jaxticket.attention.maps.layers import LAST, default_layer
from jaxticket.attention.maps.localisation import (
    best_threshold,
    energy_inside,
    iou_at,
    pixel_auc,
    pointing_game,
)
from jaxticket.attention.maps.make import METHODS, make_maps
from jaxticket.attention.maps.mass import is_empty, unit_mass
from jaxticket.attention.maps.of_graph import GraphMaps, graph_layer, maps_of_graph
from jaxticket.attention.maps.randomisation import cascade
from jaxticket.attention.maps.resizing import resize_maps, scale_to_unit

__all__ = [
    "AGREEMENT",
    "LAST",
    "METHODS",
    "Curves",
    "GraphMaps",
    "area",
    "area_share",
    "best_threshold",
    "cascade",
    "centre_of_mass",
    "centre_prior",
    "centre_shift",
    "default_layer",
    "distance",
    "distance_of_unit_mass",
    "energy_inside",
    "explained_probability",
    "explained_score",
    "graph_layer",
    "iou_at",
    "is_empty",
    "jensen_shannon",
    "make_curves",
    "make_maps",
    "map_order",
    "maps_of_graph",
    "pixel_auc",
    "pointing_game",
    "random_maps",
    "random_order",
    "rank_correlation",
    "resize_maps",
    "scale_to_unit",
    "top_k_overlap",
    "unit_mass",
]
