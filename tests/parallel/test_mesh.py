import pytest

from jaxticket.parallel.mesh import make_mesh, shard_of


class Device:
    def __init__(self, number, process_index=0):
        self.id, self.process_index = number, process_index


@pytest.mark.parametrize(
    ("devices", "tickets", "shape"),
    [
        (1, 1, (1, 1)),
        (2, 1, (1, 2)),
        (2, 3, (2, 1)),
        (8, 3, (2, 4)),
        (8, 8, (8, 1)),
        (4, 9, (4, 1)),
    ],
)
def test_tickets_come_first_and_the_rest_goes_along_data(devices, tickets, shape):
    mesh = make_mesh(tickets, 8, [Device(number) for number in range(devices)])
    assert tuple(mesh.shape.values()) == shape
    assert mesh.axis_names == ("ticket", "data")


def test_a_batch_that_devices_cannot_share_is_refused():
    with pytest.raises(ValueError, match="a batch of 9 cannot be shared evenly by 2 devices"):
        make_mesh(1, 9, [Device(0), Device(1)])


@pytest.mark.parametrize(
    ("owners", "tickets", "shards"),
    [
        ((0, 0, 1, 1), 2, [(0, 1), None]),
        ((1, 1, 0, 0), 1, [(1, 2)]),
        ((0, 0, 0, 0), 1, [(0, 1)]),
        ((1, 0, 2, 3), 1, [(1, 4)]),
    ],
)
def test_a_process_draws_the_rows_of_its_devices(owners, tickets, shards):
    devices = [Device(number, owner) for number, owner in enumerate(owners)]
    mesh = make_mesh(tickets, 8, devices)
    assert [shard_of(mesh, row) for row in range(len(shards))] == shards


def test_scattered_devices_are_refused():
    mesh = make_mesh(1, 8, [Device(number, number % 2) for number in range(4)])
    with pytest.raises(ValueError, match=r"scattered over the mesh: \[0, 1, 0, 1\]"):
        shard_of(mesh, 0)
