"""Built-in and plugged-in components come through one door."""

from importlib.metadata import EntryPoint

import pytest

from dateline import registry
from dateline.errors import MissingComponent, UsageError


@pytest.fixture
def plugged(monkeypatch):
    """Install entry points (kind, name, value) for a test."""

    def install(*rows):
        points = [EntryPoint(name=name, value=value, group=f"dateline.{kind}") for kind, name, value in rows]
        monkeypatch.setattr(registry, "entry_points", lambda group: [p for p in points if p.group == group])

    return install


def test_every_built_in_component_can_be_imported():
    for kind, rows in registry.BUILT_IN.items():
        for name in rows:
            assert callable(registry.component(kind, name))


def test_a_plug_in_stands_beside_the_built_ins(plugged):
    plugged(("reader", "mine", "collections:OrderedDict"))
    assert list(registry.names("reader")) == ["accurate", "fast", "mine"]
    assert registry.component("reader", "mine").__name__ == "OrderedDict"


def test_an_unknown_name_lists_the_known(plugged):
    plugged()
    with pytest.raises(UsageError, match="no reader 'slow'; choose one of accurate, fast"):
        registry.component("reader", "slow")


def test_a_plug_in_that_cannot_be_imported_is_named(plugged):
    plugged(("reader", "broken", "no_such_module_anywhere:x"))
    with pytest.raises(MissingComponent, match="'broken'.*no_such_module_anywhere"):
        registry.component("reader", "broken")


def test_two_components_of_one_name_are_refused(plugged):
    plugged(("reader", "fast", "other:Reader"))
    with pytest.raises(UsageError, match="two readers are called 'fast'"):
        registry.names("reader")
