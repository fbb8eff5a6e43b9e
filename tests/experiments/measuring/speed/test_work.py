from experiments.measuring.speed import work

# CNN-5 at 32 pixels: 3x3 kernels over maps of 32, 16, 8, 4 and 2 pixels, then one dense layer.
WIDTHS = (3, 32, 64, 128, 256, 512)
SIDES = (32, 16, 8, 4, 2)


def test_operations_and_bytes_are_those_of_the_layers():
    from jaxticket.models.cnn5 import WIDTHS as widths

    channels = (3, *widths)
    layers = [9 * a * b * side**2 for a, b, side in zip(channels, widths, SIDES, strict=False)]
    macs = sum(layers) + widths[-1]
    maps = sum(b * side**2 for b, side in zip(widths, SIDES, strict=False)) + 1
    weights = sum(9 * a * b for a, b in zip(channels, widths, strict=False))
    parameters = weights + 2 * sum(widths) + widths[-1] + 1
    forward = work.inference("cnn5", 32, 4)
    assert forward.flops == 2 * 4 * macs
    assert forward.bytes == 4 * (2 * 4 * maps + parameters)
    training = work.step("cnn5", 32, 4)
    assert training.flops == 2 * 4 * (3 * macs - layers[0])
    assert training.bytes == 4 * (5 * 4 * maps + 6 * parameters)
