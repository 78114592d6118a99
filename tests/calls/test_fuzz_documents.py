"""Mutated answers of every operation of every API: only typed results, and none of them wrong.

What an answer may be comes from the spec, so no model is named here. `make fuzz` tries ten times
as many. A failure prints its seed: `FUZZ_SEED=… pytest …` makes the same document again.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

from elevatekit_plugins.api import Api, Operation
from elevatekit_plugins.calls.decode import decode
from elevatekit_plugins.calls.drift import findings
from elevatekit_plugins.errors import BrokenResponseError, DriftError
from elevatekit_plugins.messages import Response

ROOT = Path(__file__).parents[2]
DOCUMENTS = int(os.environ.get("FUZZ_DOCUMENTS", "10000"))
SEED = os.environ.get("FUZZ_SEED")

Json = Any
Change = Callable[[random.Random, "Document"], bytes | None]


class Document:
    """A valid answer, with the place of each part of it and what the spec says there."""

    def __init__(self, spec: dict[str, Any], schema: dict[str, Any], chance: random.Random) -> None:
        self._spec, self._chance = spec, chance
        self.places: list[tuple[Any, Any, dict[str, Any]]] = []
        """Container, key and schema of each part."""
        self.value = self._make(schema, 0)

    def text(self) -> bytes:
        return json.dumps(self.value, ensure_ascii=False).encode()

    def part(self, wanted: Callable[[Any, dict[str, Any]], bool] = lambda v, s: True) -> Any:
        """Container, key of one part that is wanted; None where there is none."""
        fitting = [(c, k) for c, k, schema in self.places if wanted(c[k], schema)]
        return self._chance.choice(fitting) if fitting else None

    def _make(self, schema: dict[str, Any], depth: int) -> Json:
        schema = self._resolved(schema)
        chance = self._chance
        for word in ("oneOf", "anyOf"):
            if word in schema:
                return self._make(chance.choice(schema[word]), depth)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return chance.choice(schema["enum"])
        kind = schema.get("type", "string")
        if isinstance(kind, list):
            kind = chance.choice(kind)
        match kind:
            case "object":
                return self._object(schema, depth)
            case "array":
                size = 0 if depth > 6 else chance.choice((0, 1, 1, 2, 3))
                made: list[Json] = [None] * size
                for index in range(size):
                    made[index] = self._make(schema.get("items", {}), depth + 1)
                    self.places.append((made, index, self._resolved(schema.get("items", {}))))
                return made
            case "integer":
                return max(chance.choice((0, 1, 7, 10**12)), schema.get("minimum", 0))
            case "number":
                return chance.choice((0, 0.5, 1.0, 1e-7, 1234.5))
            case "boolean":
                return chance.random() < 0.5
            case "null":
                return None
            case _:
                return chance.choice(
                    ("", "text", "Grüße 🎉", "00000000-0000-4000-8000-00000000000a")
                )

    def _object(self, schema: dict[str, Any], depth: int) -> Json:
        made: dict[str, Json] = {}
        properties = schema.get("properties", {})
        required = {*schema.get("required", ())}
        if depth == 0 and properties:
            required.add(self._chance.choice([*properties]))  # an answer holds something
        for name, inner in properties.items():
            if name in required or (depth < 6 and self._chance.random() < 0.7):
                made[name] = self._make(inner, depth + 1)
                self.places.append((made, name, self._resolved(inner)))
        return made

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in schema:
            found: Any = self._spec
            for word in schema["$ref"].removeprefix("#/").split("/"):
                found = found[word]
            schema = found
        return schema


def replaced(*values: Json, wanted: Any = lambda v, s: True) -> Change:
    def change(chance: random.Random, document: Document) -> bytes | None:
        place = document.part(wanted)
        if place is None:
            return None
        container, key = place
        container[key] = chance.choice(values)
        return document.text()

    return change


def spelled(*texts: bytes, wanted: Any = lambda v, s: True) -> Change:
    """A part is replaced by something that `json.dumps` would not write."""

    def change(chance: random.Random, document: Document) -> bytes | None:
        place = document.part(wanted)
        if place is None:
            return None
        container, key = place
        container[key] = "\0here\0"
        return document.text().replace(b'"\\u0000here\\u0000"', chance.choice(texts))

    return change


def is_text(value: Json, schema: dict[str, Any]) -> bool:
    return isinstance(value, str) and "const" not in schema


def is_open(value: Json, schema: dict[str, Any]) -> bool:
    branches = [schema, *schema.get("anyOf", ())]
    return isinstance(value, str) and any("enum" in branch for branch in branches)


def without(chance: random.Random, document: Document) -> bytes | None:
    place = document.part()
    if place is None:
        return None
    container, key = place
    del container[key]
    return document.text()


def renamed(chance: random.Random, document: Document) -> bytes | None:
    named = [(c, k) for c, k, _ in document.places if isinstance(c, dict)]
    if not named:
        return None
    container, key = chance.choice(named)
    value = container.pop(key)
    container[chance.choice((key.upper(), key.title(), f"{key}s", f"_{key}", ""))] = value
    return document.text()


def with_more(chance: random.Random, document: Document) -> bytes | None:
    objects = [v for v in [document.value, *(c[k] for c, k, _ in document.places)] if v]
    objects = [v for v in objects if isinstance(v, dict)]
    if not objects:
        return None
    chance.choice(objects)["aNewOne"] = chance.choice((None, 1, "x", [1], {"a": {"b": []}}))
    return document.text()


def twice(chance: random.Random, document: Document) -> bytes | None:
    if not isinstance(document.value, dict) or not document.value:
        return None
    key = chance.choice(list(document.value))
    first = chance.choice((document.value[key], None, 0, "", [], {}, [[]], {"a": 1}))
    before = json.dumps({key: first}, ensure_ascii=False).encode()
    return before[:-1] + b", " + document.text()[1:]


def whole(change: Callable[[random.Random, bytes], bytes]) -> Change:
    return lambda chance, document: change(chance, document.text())


def cut(chance: random.Random, text: bytes) -> bytes:
    return text[: chance.randrange(len(text))]


def flipped(chance: random.Random, text: bytes) -> bytes:
    at = chance.randrange(len(text))
    return text[:at] + bytes([chance.randrange(256)]) + text[at + 1 :]


def inserted(*pieces: bytes) -> Change:
    def change(chance: random.Random, text: bytes) -> bytes:
        at = chance.randrange(len(text) + 1)
        return text[:at] + chance.choice(pieces) + text[at:]

    return whole(change)


HARMLESS: dict[str, Change] = {
    "as the spec says": whole(lambda chance, text: text),
    "an unknown property": with_more,
    "an unknown value of an enum": replaced("a-14th-state", "PROCESSED ", wanted=is_open),
    "another text": replaced("", "2026-01-01T10:00:00", "31.12.", "\0", wanted=is_text),
    "half of a surrogate pair": spelled(b'"a\\ud83d"', b'"\\uDC00b"', wanted=is_text),
    "a key that comes twice": twice,
    "a byte order mark": whole(lambda chance, text: b"\xef\xbb\xbf" + text),
    "white space": whole(lambda chance, text: b" \r\n\t" + text + b"\n"),
    "escapes": whole(lambda chance, text: json.dumps(json.loads(text)).encode()),
}
"""What has to survive."""

HARMFUL: dict[str, Change] = {
    "a part that is missing": without,
    "a property of another name": renamed,
    "null": replaced(None),
    "another type": replaced(0, 17, -1.5, "", "x", True, [], {}, [[]], {"a": 1}, [None, "x"]),
    "no JSON in a place": spelled(b"NaN", b"-Infinity", b"undefined", b"'x'", b"01", b"+1", b""),
    "a number beyond bounds": spelled(b"1e999", b"9" * 5000, b"-" + b"9" * 400, b"1e-999"),
    "depth": spelled(b"[" * 3000 + b"]" * 3000, b'{"a":' * 3000 + b"0" + b"}" * 3000),
    "no UTF-8": inserted(b"\xff", b"\xed\xa0\x80", b"\xc0\x80"),
    "a stray character": inserted(
        b"\0", b'"', b"\\", b"}", b"]", b",", b"\n", b"{}", b"\xef\xbb\xbf"
    ),
    "a cut": whole(cut),
    "a byte that flipped": whole(flipped),
    "another encoding": whole(lambda chance, text: text.decode().encode("utf-16")),
    "something else": whole(
        lambda chance, text: chance.choice((b"null", b"[]", b'"x"', b"0", b"[" + text + b"]", b""))
    ),
}
"""What may come out as a result, where it happens to fit, or as one of two errors."""


def wrong(result: Any, raw: Json, path: str = "$") -> str | None:
    """Where a result says something else than the answer, or nothing where it said something."""
    if isinstance(result, Struct):
        if not isinstance(raw, dict):
            return path
        wire = result.__struct_encode_fields__
        known = {*wire, result.__struct_config__.tag_field}
        if (raw or path == "$") and wire and known.isdisjoint(raw):
            return f"{path}: nothing of it is known, and nobody said so"
        for name, key in zip(result.__struct_fields__, wire, strict=True):
            if raw.get(key) is not None and (found := wrong(getattr(result, name), raw[key], key)):
                return f"{path}.{found}"
        return None
    if isinstance(result, list) and isinstance(raw, list):
        if len(result) != len(raw):
            return path
        return next(filter(None, map(wrong, result, raw, [f"{path}[]"] * len(raw))), None)
    if isinstance(result, dict) and isinstance(raw, dict):
        if result.keys() != raw.keys():
            return path
        return next(filter(None, (wrong(result[key], raw[key], key) for key in raw)), None)
    same = result == raw and isinstance(result, bool) == isinstance(raw, bool)
    return None if same else path


def read(body: bytes) -> Json:
    """The answer as Python reads it, which knows nothing of us."""
    text = body.decode("utf-8-sig", "replace")
    return whole_characters(json.loads(text, parse_int=lambda n: int(n) if len(n) < 1000 else 0))


def whole_characters(raw: Json) -> Json:
    """Halves of surrogate pairs are read as U+FFFD."""
    if isinstance(raw, str):
        return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in raw)
    if isinstance(raw, list):
        return [whole_characters(item) for item in raw]
    if isinstance(raw, dict):
        return {whole_characters(key): whole_characters(item) for key, item in raw.items()}
    return raw


def answers(api: Api) -> Iterator[tuple[Operation[Any], dict[str, Any]]]:
    """Each operation that answers something, with the schema of its answer."""
    methods = {
        method["operationId"]: method
        for path in api.document()["paths"].values()
        for method in path.values()
        if isinstance(method, dict) and "operationId" in method
    }
    for operation in api.operations:
        if operation.model is None:
            continue
        for status, answer in methods[operation.id]["responses"].items():
            if status.startswith("2") and "content" in answer:
                yield operation, answer["content"]["application/json"]["schema"]
                break


def judge(api: Api, operation: Operation[Any], body: bytes, *, harmless: bool) -> None:
    headers = (("Content-Type", "application/json"),)
    response = Response(
        operation=operation.id, status=operation.success[0], headers=headers, body=body
    )
    assert operation.model is not None
    failed: DriftError | BrokenResponseError | None = None
    result: Any = None
    try:
        result = decode(api, operation, response)
    except (DriftError, BrokenResponseError) as error:
        failed = error
    if failed is None:
        findings(api.model(operation.model), body)
        assert wrong(result, read(body)) is None, result
    else:
        assert not harmless, failed
        assert failed.response is response
        assert operation.id in str(failed)


def fuzz(api: Api, part: int) -> None:
    """Try a fifth of the documents."""
    spec = api.document()
    made = list(answers(api))
    changes = [(name, change, True) for name, change in HARMLESS.items()]
    changes += [(name, change, False) for name, change in HARMFUL.items()]
    share, tried = DOCUMENTS // 5, set[str]()
    for seed in [int(SEED)] if SEED else range(part * share, (part + 1) * share):
        chance = random.Random(seed)
        operation, schema = chance.choice(made)
        name, change, harmless = chance.choice(changes)
        body = change(chance, Document(spec, schema, chance))
        if body is None:
            continue  # there is no such part in it
        tried.add(name)
        try:
            judge(api, operation, body, harmless=harmless)
        except Exception as error:
            error.add_note(f"FUZZ_SEED={seed}: {operation.id}, {name}: {body[:2000]!r}")
            raise
    assert SEED or tried == {name for name, _, _ in changes}


@pytest.mark.parametrize("part", range(4))
def test_mutated_answers_give_typed_results_and_typed_errors(part: int) -> None:
    from elevatekit.operations import API

    fuzz(API, part)


def test_so_they_do_for_the_api_of_another_vendor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = ROOT / "tests" / "codegen" / "specs" / "library.yaml"
    command = [sys.executable, "-m", "elevatekit_codegen", "generate", "--spec", str(spec)]
    command += ["--out", str(tmp_path / "made"), "--package", "fuzzed_library"]
    subprocess.run(command, check=True, capture_output=True, cwd=tmp_path)
    monkeypatch.syspath_prepend(tmp_path / "made")

    fuzz(import_module("fuzzed_library.operations").API, 4)
