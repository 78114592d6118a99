"""The page about the simulator names what there is."""

from __future__ import annotations

from pathlib import Path

from elevatekit_plugins.simulator import switchboard
from elevatekit_plugins.simulator.ledger import Ledger
from elevatekit_plugins.simulator.settings import Changes

PAGE = (Path(__file__).parents[2] / "docs" / "simulator.md").read_text("utf-8")


def test_the_page_names_every_switch_every_count_and_every_setting_of_a_reset() -> None:
    names = [switch.name for switch in switchboard.switches()]
    names += [*Ledger.__struct_fields__]
    names += [name for name in Changes.__annotations__ if name not in {"self_check", "log"}]

    assert [name for name in names if f"`{name}`" not in PAGE] == []
