"""The page on the spec explains all of its words, and its examples stand in the spec."""

from __future__ import annotations

import re
from typing import Any, get_args

import pytest
from ruamel.yaml import YAML

from elevatekit_plugins.api import Evidence


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
