import jax
import pytest

from jaxticket.models.lowering import cpu_lowering, force_lowering


def test_the_backend_decides():
    assert cpu_lowering() == (jax.default_backend() == "cpu")


@pytest.mark.parametrize(("lowering", "expected"), [("plain", False), ("cpu", True)])
def test_forced_inside_the_block_only(lowering, expected):
    before = cpu_lowering()
    with force_lowering(lowering):
        assert cpu_lowering() is expected
    assert cpu_lowering() == before


def test_blocks_nest_and_an_error_leaves_them():
    with force_lowering("cpu"):
        with force_lowering("plain"):
            assert not cpu_lowering()
        assert cpu_lowering()
        with pytest.raises(RuntimeError), force_lowering("plain"):
            raise RuntimeError
        assert cpu_lowering()


def test_unknown_lowering():
    with pytest.raises(ValueError, match="'plain' or 'cpu', not 'gpu'"), force_lowering("gpu"):
        pass  # pragma: no cover
