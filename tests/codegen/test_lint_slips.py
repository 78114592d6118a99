"""What people do to YAML without meaning to: told by line, column, and what to check."""

from __future__ import annotations

from typing import Any, Final

import pytest

HEAD: Final = "openapi: 3.1.0\ninfo: {title: A, version: '1'}\n"
PATH: Final = f"{HEAD}servers: [{{url: 'https://a.example'}}]\npaths:\n  /a:\n    get:\n"

SLIPS: Final = {
    "a key too far to the left": (
        "openapi: 3.1.0\ninfo:\n  title: A\n version: '1'\n", "4:2",
        "this line begins in column 2, the map in line 1 in column 1"),
    "a key too far to the right": (
        "openapi: 3.1.0\ninfo:\n  title: A\n    version: '1'\n", "4:12",
        "column 5, the line above, which already has a value, in column 3"),
    "a key too far to the right, deep down": (
        f"{PATH}      operationId: a.b\n        summary: x\n", "8:16",
        "begins in column 9, the line above"),
    "a key of an item": (
        "openapi: 3.1.0\ntags:\n  - name: a\n   description: b\n", "4:4",
        "this line begins in column 4, the list in line 3 in column 3"),
    "an item among keys": (
        "openapi: 3.1.0\ninfo:\n  title: A\n  - x\n", "4:3",
        "the map that begins in line 3: a map has keys, a list has items with `- `"),
    "a tab": ("openapi: 3.1.0\ninfo:\n\ttitle: A\n", "3:1", "indent with spaces"),
    "a tab after a line": ("info:\n  title: A\n\tversion: b\n", "3:1", "indent with spaces"),
    "no space behind a colon": (
        "openapi: 3.1.0\ninfo:\n  title:A\n  version: '1'\n", "4:10",
        "a colon in the line above needs a space after it: title:A"),
    "a colon in a text": ("info:\n  title: A: B\n", "2:11", "put the text in quotation marks"),
    "an open bracket": (
        "openapi: 3.1.0\ninfo: {title: A\npaths: {}\n", "3:6", "close the bracket of line 2"),
    "an open quotation mark": (
        "info:\n  title: 'A\n  version: 1\n", "4:1", "that the quotation mark in line 2 is closed"),
    "a text that begins with a sign": ("info:\n  title: @A\n", "2:10", "cannot begin with @"),
    "a text that is taken for an alias": ("info:\n  title: *A\n", "2:10", "cannot begin with *"),
    "two documents": ("openapi: 3.1.0\n---\ninfo: {}\n", "2:1", "remove the line `---`"),
    "children that stand no deeper": (
        "openapi: 3.1.0\ninfo:\ntitle: A\npaths: {a: {}}\n", "2:1",
        "info is empty; it must be a map with the keys of Info; check the indentation"),
    "a map that is left alone": (
        f"{HEAD}paths:\n/a: {{}}\n", "3:1", "it must be a map; check the indentation"),
    "a key one level too high": (
        f"{PATH}      operationId: a.b\n    responses: {{'200': {{description: x}}}}\n", "8:5",
        "PathItem has no key 'responses', but Operation below it does: check the indentation"),
    "a key one level too deep": (
        f"{HEAD}paths: {{/a: {{}}}}\ntags:\n  - name: a\n    paths: {{}}\n", "6:5",
        "Tag has no key 'paths', but OpenAPI above it does: check the indentation"),
}  # fmt: skip


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_told_with_its_place_and_what_to_check(workshop: Any, slip: str) -> None:
    text, place, hint = SLIPS[slip]
    workshop.spec.write_text(text, "utf-8")
    ran = workshop.run("lint")
    told = [line for line in ran.out.splitlines() if hint in line]
    assert ran.code in (1, 2)
    assert [line.startswith(f"spec/openapi.yaml:{place}: ") for line in told] == [True], ran.out
