"""Model randomisation: a map that stays when the network is destroyed does not explain it.

Adebayo et al. 2018 (1810.03292, 3.1), cascading: the layers are set back to fresh weights one after
the other, from the head down.
"""

from collections.abc import Iterator, Sequence

from jaxticket.trees import Tree


def cascade(
    trained: tuple[Tree, Tree], fresh: tuple[Tree, Tree], layers: Sequence[str]
) -> Iterator[tuple[str, tuple[Tree, Tree]]]:
    """Yield the network with more and more of its layers fresh, and the last one set back.

    Args:
        trained: params and batch statistics, masked already.
        fresh: from `detector.init` under another key, masked alike.
        layers: names in the order of the forward pass, such as `detector.layers(image_size)`; names
            without parameters are passed over.

    Raises:
        ValueError: a layer with parameters is not named.
    """
    params, batch_stats = trained
    missing = params.keys() - set(layers)
    if missing:
        raise ValueError(f"the order of the layers lacks {', '.join(sorted(missing))}")
    for layer in reversed([layer for layer in layers if layer in params]):
        params = params | {layer: fresh[0][layer]}
        if layer in batch_stats:
            batch_stats = batch_stats | {layer: fresh[1][layer]}
        yield layer, (params, batch_stats)
