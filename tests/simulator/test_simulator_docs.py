"""The page about the simulator names what there is, and the spec which switch is which question."""

from __future__ import annotations

import re
from pathlib import Path

from elevatekit_plugins.api import Api
from elevatekit_plugins.simulator import faults, switchboard
from elevatekit_plugins.simulator.faults import Fault
from elevatekit_plugins.simulator.ledger import Ledger
from elevatekit_plugins.simulator.settings import Changes

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "simulator.md").read_text("utf-8")
QUESTIONS = (ROOT / "spec" / "README.md").read_text("utf-8").partition("## Open questions")[2]


def test_the_page_names_every_switch_every_count_and_every_setting_of_a_reset() -> None:
    names = [switch.name for switch in switchboard.switches()]
    names += [*Ledger.__struct_fields__]
    names += [name for name in Changes.__annotations__ if name not in {"self_check", "log"}]

    assert [name for name in names if f"`{name}`" not in PAGE] == []


def test_every_open_question_of_the_spec_is_a_switch() -> None:
    names = {switch.name for switch in switchboard.switches()}
    rows = [row for row in QUESTIONS.splitlines() if row.startswith("| ")][1:]

    assert len(rows) > 10
    for row in rows:
        last = row.removesuffix(" |").rpartition("| ")[2]
        named = re.findall(r"`([\w.]+)`", last)
        assert named, row
        assert set(named) <= names, row


def test_the_faults_of_the_page_are_rules_and_every_key_of_a_rule_is_there(api: Api) -> None:
    listed = re.findall(r"```json\n(\[.*?\])\n```", PAGE, re.DOTALL)

    assert [len(faults.decode(text.encode(), api)) for text in listed] == [3]
    assert [key for key in Fault.__struct_fields__ if f"`{key}`" not in PAGE] == []
