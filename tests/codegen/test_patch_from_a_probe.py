"""A service that is not as the spec says: the probe finds it out, and the patch says it."""

from __future__ import annotations

import contextlib
import errno
import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from elevatekit.operations import API
from elevatekit_codegen import rows
from elevatekit_codegen.assemble import assemble
from elevatekit_codegen.cli import main as codegen
from elevatekit_codegen.lint import vetted
from elevatekit_codegen.loading import load
from elevatekit_codegen.patch.edits import apply
from elevatekit_codegen.patch.tree import MissingError, Tree
from elevatekit_codegen.reading import read_spec
from elevatekit_codegen.render import render
from elevatekit_codegen.source import Document
from elevatekit_codegen.tree import write
from elevatekit_plugins import report as reports
from elevatekit_plugins.api import Api
from elevatekit_plugins.client import SyncApiClient
from elevatekit_plugins.probe.calls import plan
from elevatekit_plugins.probe.run import probe
from elevatekit_plugins.pull.turns import chat_body
from elevatekit_plugins.report import (
    Added,
    Answered,
    Listed,
    Nullable,
    Optional,
    Renamed,
    Report,
    Retyped,
    Shape,
    Unformatted,
)
from elevatekit_plugins.simulator.server import Simulator
from elevatekit_plugins.testing.accounts import ACCOUNT

SPEC = Path(__file__).parents[2] / "spec" / "openapi.yaml"
SCHEMAS = "/components/schemas"
PATHS = "/paths/~1interactions~1{interactionIdentifier}"
TURNS = [
    {"role": "customer", "text": "I am Ana Silva. I need a refund of $30 for my kettle."},
    {"role": "agent", "text": "I will send an e-mail. The refund has been issued."},
]
Value = dict[str, Any]
assert API.pull is not None
RULE = API.pull


def schema(value: Value, name: str) -> Value:
    found: Value = value["components"]["schemas"][name]
    return found


def properties(value: Value, name: str) -> Value:
    found: Value = schema(value, name)["properties"]
    return found


def rename(value: Value, name: str, old: str, new: str) -> None:
    target = schema(value, name)
    target["properties"][new] = target["properties"].pop(old)
    target["required"] = [new if n == old else n for n in target.get("required", ())]


def responses(value: Value, path: str) -> Value:
    found: Value = value["paths"]["/interactions/{interactionIdentifier}" + path]["get"][
        "responses"
    ]
    return found


def missing(value: Value) -> None:
    del properties(value, "CxSummaryDetails")["reasons"]
    schema(value, "CxSummaryDetails")["required"].remove("reasons")


def nothing_to_read(value: Value) -> None:
    found = responses(value, "/gen-ai/action-items")
    found["204"] = {"description": "Nothing."}
    del found["200"]


def list_at_the_top(value: Value) -> None:
    items = properties(value, "AskHistory")["questions"]
    value["components"]["schemas"]["AskHistory"] = {**items, "x-role": "history"}


PLANTED: dict[str, tuple[Callable[[Value], object], str, object]] = {
    "a letter in another case": (
        lambda v: rename(v, "CxSummaryDetails", "isResolved", "IsResolved"),
        f"{SCHEMAS}/CxSummaryDetails/properties/isResolved",
        Renamed(name="IsResolved"),
    ),
    "another name for the only property": (
        lambda v: rename(v, "CxTopics", "topics", "subjects"),
        f"{SCHEMAS}/CxTopics/properties/topics",
        Renamed(name="subjects"),
    ),
    "another name in the body of an error": (
        lambda v: rename(v, "ErrorBody", "errorMessage", "message"),
        f"{SCHEMAS}/ErrorBody/properties/errorMessage",
        Renamed(name="message"),
    ),
    "null": (
        lambda v: properties(v, "DeclaredParameters")["includeAiResults"].update(
            type=["boolean", "null"]
        ),
        f"{SCHEMAS}/DeclaredParameters/properties/includeAiResults",
        Nullable(),
    ),
    "a property that is required": (
        missing,
        f"{SCHEMAS}/CxSummaryDetails/properties/reasons",
        Optional(),
    ),
    "another type": (
        lambda v: properties(v, "Entity").update(value={"type": "integer"}),
        f"{SCHEMAS}/Entity/properties/value",
        Retyped(shape=Shape(kinds=("integer",))),
    ),
    "a new value of an enum": (
        lambda v: properties(v, "InteractionStatus").update(
            status={"type": "string", "enum": ["archived"]}
        ),
        f"{SCHEMAS}/InteractionStatus/properties/status/anyOf/0",
        Listed(values=("archived",)),
    ),
    "a new property": (
        lambda v: properties(v, "CxSummary").update(
            usage={"type": "object", "properties": {"words": {"type": "integer"}}}
        ),
        f"{SCHEMAS}/CxSummary",
        Added(
            name="usage",
            shape=Shape(kinds=("object",), properties={"words": Shape(kinds=("integer",))}),
        ),
    ),
    "a list in a list": (
        lambda v: properties(v, "Topics").update(
            topics={"type": "array", "items": {"type": "array", "items": {"type": "string"}}}
        ),
        f"{SCHEMAS}/Topics/properties/topics/items",
        Retyped(shape=Shape(kinds=("array",), items=Shape(kinds=("string",)))),
    ),
    "an object for a list": (
        lambda v: properties(v, "CxAgentActionItems").update(
            actionItems={"type": "object", "properties": {"first": {"type": "string"}}}
        ),
        f"{SCHEMAS}/CxAgentActionItems/properties/actionItems",
        Retyped(shape=Shape(kinds=("object",), properties={"first": Shape(kinds=("string",))})),
    ),
    "a list at the top": (
        list_at_the_top,
        f"{PATHS}~1gen-ai~1ask/get/responses/200/content/application~1json/schema",
        Retyped,
    ),
    "texts for objects": (
        lambda v: properties(v, "CxCoachingAssistant").update(
            coaching={"type": "array", "items": {"type": "string"}}
        ),
        f"{SCHEMAS}/CxCoachingAssistant/properties/coaching/items",
        Retyped(shape=Shape(kinds=("string",))),
    ),
    "a list for a text": (
        lambda v: properties(v, "Summary").update(
            summary={"type": "array", "items": {"type": "string"}}
        ),
        f"{SCHEMAS}/Summary/properties/summary",
        Retyped(shape=Shape(kinds=("array",), items=Shape(kinds=("string",)))),
    ),
    "an empty answer": (
        nothing_to_read,
        f"{PATHS}~1gen-ai~1action-items/get/responses",
        Answered(status=204),
    ),
    "a text that is no date": (
        lambda v: properties(v, "InteractionStatus").update(declared={"type": "string"}),
        f"{SCHEMAS}/InteractionStatus/properties/declared",
        Unformatted(),
    ),
    "a number for an integer": (
        lambda v: properties(v, "CxConcern").update(isResolved={"type": "number"}),
        f"{SCHEMAS}/CxConcern/properties/isResolved",
        Retyped(shape=Shape(kinds=("number",))),
    ),
}


def plain() -> Value:
    value: Value = json.loads(json.dumps(load(SPEC).value))
    return value


@dataclass
class Service:
    """A service with one chat, and a client of it whose spec may be another."""

    simulator: Simulator
    id: str

    def client(self, api: Api = API) -> SyncApiClient:
        return SyncApiClient(api, ACCOUNT, base_url=self.simulator.base_url)


def started(stack: ExitStack, value: Value) -> Service:
    """A service of a document, in which a question was asked."""
    api = rows.api(read_spec(Document("openapi.yaml", value, {}, "")), "elevatekit")
    simulator = stack.enter_context(Simulator(api, document=value))
    with SyncApiClient(API, ACCOUNT, base_url=simulator.base_url) as client:
        body = chat_body(RULE, {"turns": TURNS})
        declared = client.send(API.operation(RULE.declare), {}, body).json()
        return Service(simulator, declared[RULE.identifier])


@dataclass
class Story:
    """A service with every planted difference, what a probe says of it, and the patched spec."""

    service: Service
    report: Report
    file: Path
    spec: Path
    ran: Result
    api: Api


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("story")
    with ExitStack() as stack:
        value = plain()
        for edit, _, _ in PLANTED.values():
            edit(value)
        service = started(stack, value)
        with service.client() as client:
            found = probe(client, service.id, question="Was there a refund?")
        file, spec = folder / "report.json", folder / "openapi.yaml"
        file.write_bytes(reports.write(found))
        spec.write_bytes(SPEC.read_bytes())
        ran = run("patch", str(file), "--spec", str(spec), "--write")
        assert ran.exit_code == 0, ran.output
        package = "probedkit"
        write(folder / package, render(assemble(vetted(load(spec)), package)))
        sys.path.insert(0, str(folder / package))
        stack.callback(sys.path.remove, str(folder / package))
        api: Api = importlib.import_module(f"{package}.operations").API
        yield Story(service, found, file, spec, ran, api)


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(codegen, arguments)
    # Anything but an exit would have been a traceback.
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.mark.parametrize("name", PLANTED)
def test_each_planted_difference_is_found(story: Story, name: str) -> None:
    _, pointer, change = PLANTED[name]
    found = [fact.change for fact in story.report.of("different") if fact.pointer == pointer]

    assert found == [change] or (isinstance(change, type) and isinstance(found[0], change))


def test_nothing_is_found_that_was_not_planted(story: Story) -> None:
    planted = {pointer for _, pointer, _ in PLANTED.values()}

    assert {fact.pointer for fact in story.report.of("different")} == planted
    assert len(story.report.of("different")) == len(PLANTED)


def test_a_service_of_the_same_spec_differs_in_nothing() -> None:
    with ExitStack() as stack:
        service = started(stack, plain())
        with service.client() as client:
            found = probe(client, service.id, question="Was there a refund?")

    assert found.of("different") == ()
    assert f"{SCHEMAS}/CxAskedQuestion/properties/answer" in {
        fact.pointer for fact in found.of("as said")
    }


def test_the_client_of_the_patched_spec_reads_every_answer(story: Story) -> None:
    arguments = {RULE.identifier: story.service.id}
    with story.service.client(story.api) as client:
        read: dict[str, Any] = {
            call.operation.id: client.call(call.operation, arguments)
            for call in plan(story.api)
            if call.operation.id != "cx_ai.results"  # a chat has none: the planted error
        }

    assert read["gen_ai.action_items"] is None
    assert read["gen_ai.cx.topics"].subjects
    assert "question='Was there a refund?'" in repr(read["gen_ai.ask_history"])


def test_a_probe_of_the_patched_spec_differs_in_nothing(story: Story) -> None:
    with story.service.client(story.api) as client:
        assert probe(client, story.service.id).of("different") == ()


def test_the_patched_spec_keeps_each_comment_and_passes_lint(story: Story) -> None:
    def comments(path: Path) -> list[str]:
        return [line for line in path.read_text("utf-8").splitlines() if "#" in line.split('"')[0]]

    assert comments(story.spec) == comments(SPEC)
    assert run("lint", "--spec", str(story.spec)).exit_code == 0


def test_what_was_seen_is_marked_as_probed_and_what_was_not_is_left(story: Story) -> None:
    value: Value = json.loads(json.dumps(load(story.spec).value))

    assert schema(value, "CxTopics")["x-evidence"] == "probed"
    assert properties(value, "CxSummaryDetails")["IsResolved"]["x-evidence"] == "probed"
    assert properties(value, "DeclaredParameters")["originalFileName"]["x-evidence"] == "assumed"
    assert value["components"]["responses"]["LikelyNotFound"]["x-evidence"] == "likely"


def test_a_report_holds_nothing_that_was_said(story: Story) -> None:
    text = story.file.read_text("utf-8")

    for said in ("Ana", "Silva", "refund", "kettle", "e-mail", story.service.id, ACCOUNT):
        assert said not in text


def test_without_write_the_edit_is_printed_and_the_spec_is_as_it_was(
    story: Story, tmp_path: Path
) -> None:
    spec = tmp_path / "openapi.yaml"
    spec.write_bytes(SPEC.read_bytes())

    with contextlib.chdir(tmp_path):
        ran = run("patch", str(story.file), "--spec", "openapi.yaml")
    assert spec.read_bytes() == SPEC.read_bytes()
    assert "\n-        isResolved:\n+        IsResolved:\n" in ran.stdout

    subprocess.run(["git", "apply"], input=ran.stdout.encode(), cwd=tmp_path, check=True)
    assert spec.read_bytes() == story.spec.read_bytes()


def bad(report: bytes, tmp_path: Path) -> Result:
    file, spec = tmp_path / "report.json", tmp_path / "openapi.yaml"
    file.write_bytes(report)
    spec.write_bytes(SPEC.read_bytes())
    ran = run("patch", str(file), "--spec", str(spec), "--write")
    assert spec.read_bytes() == SPEC.read_bytes()
    return ran


BAD: list[tuple[int, str, Callable[[Value], object]]] = [
    (2, "report has version 7", lambda r: r.update(version=7)),
    (2, "not a probe report", lambda r: r.pop("facts")),
    (2, "not a probe report", lambda r: r.update(more=1)),
    (
        1,
        "in the report: gen_ai.cx.topic; did you mean gen_ai.cx.topics",
        lambda r: r["operations"][0].update(operation="gen_ai.cx.topic"),
    ),
    (
        1,
        "has no /components/schemas/No",
        lambda r: r["facts"][0].update(pointer="/components/schemas/No"),
    ),
    (
        1,
        "the edit would make the spec invalid",
        lambda r: r["facts"].append(
            {
                "verdict": "different",
                "pointer": "/components/schemas/CxSummary",
                "said": "",
                "change": {"type": "added", "name": "Summary", "shape": {"kinds": ["null"]}},
            }
        ),
    ),
]


@pytest.mark.parametrize(("code", "message", "change"), BAD)
def test_a_report_that_does_not_go_with_the_spec_is_refused(
    story: Story, tmp_path: Path, code: int, message: str, change: Callable[[Value], object]
) -> None:
    value: Value = json.loads(story.file.read_bytes())
    change(value)

    ran = bad(json.dumps(value).encode(), tmp_path)

    assert ran.exit_code == code
    assert message in ran.stderr


@pytest.mark.parametrize("data", [b"", b"[", b"{}", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_no_report(data: bytes, tmp_path: Path) -> None:
    ran = bad(data, tmp_path)

    assert ran.exit_code == 2
    assert "not a probe report" in ran.stderr


@pytest.mark.parametrize("change", [Renamed(name="a"), Optional(), Listed(values=("a",))])
def test_a_change_of_something_that_is_none_of_its_kind_is_refused(change: Any) -> None:
    with pytest.raises(MissingError):
        apply(Tree(plain()), "/info", change)


def test_files_that_cannot_be_read_or_written_are_named_and_left(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = tmp_path / "openapi.yaml"
    spec.write_bytes(SPEC.read_bytes())

    missing = run("patch", str(tmp_path / "none.json"), "--spec", str(spec))
    assert missing.exit_code == 2
    assert "none.json cannot be read" in missing.stderr

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    ran = run("patch", str(story.file), "--spec", str(spec), "--write")

    assert ran.exit_code == 1
    assert f"{spec} cannot be written: No space left on device" in ran.stderr
    assert [*tmp_path.iterdir()] == [spec]
    assert spec.read_bytes() == SPEC.read_bytes()


def test_the_same_report_twice_changes_nothing_more(story: Story, tmp_path: Path) -> None:
    spec = tmp_path / "openapi.yaml"
    spec.write_bytes(story.spec.read_bytes())

    ran = run("patch", str(story.file), "--spec", str(spec), "--write")

    assert ran.exit_code == 1
    assert "which the report refers to" in ran.stderr
    assert spec.read_bytes() == story.spec.read_bytes()
