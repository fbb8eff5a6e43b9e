from importlib import import_module

from data_prep.terminal.program import start


def test_an_interrupt_anywhere_ends_with_a_sentence(monkeypatch, capsys, tmp_path):
    def interrupted(config):
        raise KeyboardInterrupt

    # By the module: the package's own `__main__` may be older where a test has imported it anew.
    monkeypatch.setattr(import_module("data_prep.folder.__main__"), "main", interrupted)
    assert start("folder", [f"--source={tmp_path}", f"--data_dir={tmp_path}"]) == 130
    assert capsys.readouterr().err == "\nstopped. The same command goes on from here.\n"
