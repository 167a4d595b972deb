"""Configuration: what may be said, and what is said when it is wrong."""

from pathlib import Path

import pytest

from dateline import config
from dateline.errors import UsageError


@pytest.fixture
def written(tmp_path):
    def write(text: str) -> Path:
        (tmp_path / "own.toml").write_text(text)
        return tmp_path / "own.toml"

    return write


def test_nothing_said_is_the_default(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATELINE_CONFIG", raising=False)
    assert config.load() == config.Config()


def test_values_get_their_types(written):
    found = config.load(written('reader = "fast"\nrecord = "a.db"\noverlays = ["x.yaml", "y.yaml"]\nthreads = 1\n'))
    assert found.reader == "fast" and found.record == Path("a.db") and found.threads == 1
    assert found.overlays == (Path("x.yaml"), Path("y.yaml"))


def test_the_option_goes_before_the_variable_before_the_folder(written, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dateline.toml").write_text("threads = 3\n")
    assert config.load().threads == 3
    monkeypatch.setenv("DATELINE_CONFIG", str(written("threads = 4\n")))
    assert config.load().threads == 4
    (tmp_path / "option.toml").write_text("threads = 5\n")
    assert config.load(tmp_path / "option.toml").threads == 5


WRONG = [
    ('raeder = "fast"', "own.toml: unknown key 'raeder'; did you mean 'reader'?"),
    ("zzz = 1", "keys are gazetteer, host"),
    ("threads = 0", "give 1 or more"),
    ("threads = true", "threads = True should be a int"),
    ('threads = "two"', "should be a int"),
    ("reader = 1", "reader = 1 should be a str"),
    ("overlays = [1]", "should list file names"),
    ("reader = ", "not valid TOML"),
]


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_what_is_wrong_is_named(written, text, said):
    with pytest.raises(UsageError) as error:
        config.load(written(text + "\n"))
    assert said in str(error.value) and "\n" not in str(error.value)


def test_a_named_file_has_to_be_there(tmp_path):
    with pytest.raises(UsageError, match="no such configuration file"):
        config.load(tmp_path / "none.toml")
    with pytest.raises(UsageError, match="cannot be read"):
        config.load(tmp_path)
