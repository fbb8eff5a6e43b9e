from jaxticket.runtime.compiler import machine_code, name_of
from jaxticket.runtime.layout import Lanes, Layout
from jaxticket.runtime.windows import Windows

LANES = Lanes(1, 1, 1)
MAP = Layout(1, 3, 3, LANES, (3, 3))
COPY = Windows(MAP, MAP)


def test_machine_code_is_kept_and_made_anew_where_it_is_damaged(tmp_path, monkeypatch):
    code = machine_code(COPY, tmp_path)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    for damaged in (b"", whole[:-1], whole[:40] + b"x" + whole[41:]):
        file.write_bytes(damaged)
        assert machine_code(COPY, tmp_path) == code
        assert file.read_bytes() == whole
    monkeypatch.setattr(Windows, "emit", lambda *_: 1 / 0)
    assert machine_code(COPY, tmp_path) == code


def test_equal_kernels_have_equal_names():
    again = Windows(Layout(1, 3, 3, LANES, (3, 3)), MAP)
    wider = Windows(Layout(1, 3, 4, LANES, (3, 4)), MAP)
    assert name_of(again) == name_of(COPY) != name_of(wider)
