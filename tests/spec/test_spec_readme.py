"""The page on the spec explains all of its words, and its examples stand in the spec."""

from __future__ import annotations

import re
from typing import Any, get_args

import pytest
from ruamel.yaml import YAML

from elevatekit_plugins.api import ROLES, Evidence
from elevatekit_plugins.simulator.answers import ActionItem, Advice, Concern, Topic
from elevatekit_plugins.simulator.entities import Entity
from elevatekit_plugins.simulator.progress import Standing
from elevatekit_plugins.simulator.questions import Given
from elevatekit_plugins.simulator.service import History
from elevatekit_plugins.simulator.state import Asked
from elevatekit_plugins.simulator.voices import Sentence


def test_every_word_of_ours_has_a_paragraph(spec: Any, readme: str) -> None:
    words = {key for node in spec.nodes() for key in node if key.startswith("x-")}
    assert set(re.findall(r"^\*\*`(x-[a-z]+)`\*\*", readme, re.MULTILINE)) == words


def test_every_role_is_listed(spec: Any, readme: str) -> None:
    roles = {node["x-role"] for node in spec.nodes() if "x-role" in node}
    assert [role for role in sorted(roles) if f"`{role}`" not in readme] == []


@pytest.mark.parametrize("level", get_args(Evidence))
def test_every_level_of_evidence_is_explained(readme: str, level: str) -> None:
    assert re.search(rf"^\| `{level}` \|", readme, re.MULTILINE)


def test_every_example_stands_in_the_spec(spec: Any, readme: str) -> None:
    texts = re.findall(r"```yaml\n(.*?)```", readme, re.DOTALL)
    examples = [YAML(typ="safe").load(text) for text in texts]
    assert len(examples) > 5
    for example in examples:
        ((key, value),) = example.items()
        assert any(_holds(node.get(key), value) for node in spec.nodes()), key


def _holds(node: Any, example: Any) -> bool:
    """Whether an example is what stands there, or a part of it."""
    if isinstance(node, dict) and isinstance(example, dict):
        return example.items() <= {k: v for k, v in node.items() if k in example}.items()
    return bool(node == example)


def test_the_roles_are_those_that_lint_and_the_simulator_know(readme: str) -> None:
    section = readme.partition("| where | roles |")[2].partition("\n\n")[0]

    assert set(re.findall(r"`(\w+)`", section)) == ROLES


def test_the_simulator_knows_what_it_says_by_roles_alone() -> None:
    answers = (ActionItem, Advice, Concern, Entity, Topic)
    state = (Asked, Given, History, Sentence, Standing)
    told = {name for struct in (*answers, *state) for name in struct.__struct_fields__}

    assert told <= ROLES
