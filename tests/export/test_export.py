"""An export as a whole: tables from payloads, independent destinations, events, flat memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from elevatekit.operations import API
from elevatekit_plugins import Hooks, hookimpl
from elevatekit_plugins.cli.app import main
from elevatekit_plugins.errors import ConfigError, PluginError
from elevatekit_plugins.export.destinations import parse
from elevatekit_plugins.export.run import BATCH, ExportReport, export
from elevatekit_plugins.hooks import events
from elevatekit_plugins.hooks.descriptors import (
    ExportContext,
    ExporterSpec,
    InteractionRecord,
    Layout,
    NoSettings,
    TransformSpec,
)
from elevatekit_plugins.host.manager import PluginHost
from elevatekit_plugins.journal.rows import Interaction, Question, Reject
from elevatekit_plugins.journal.store import Journal

STATUS = "interactions.status"
PARAMETERS = "interactions.get"
SUMMARY = "gen_ai.cx.summary"
DETAILS = "gen_ai.cx.summary_details"
ASK = "gen_ai.cx.ask"
HISTORY = "gen_ai.cx.ask_history"


def _no_http(request: object, *, timeout: float) -> Any:
    raise AssertionError("nothing is sent")


def run(*to: str, plugin: object = None, transform: str | None = None) -> ExportReport:
    host = PluginHost([plugin] if plugin is not None else True)
    transforms = [] if transform is None else [host.select(TransformSpec, transform)]
    return export("run.db", API, host, parse(to, host), transforms=transforms, send=_no_http)


class Taking:
    """An exporter that keeps what it is handed, and can be told to fail."""

    def __init__(self, fail: Callable[[str], None]) -> None:
        self.fail = fail
        self.taken: list[InteractionRecord] = []
        self.calls: list[str] = []

    def open(self) -> None:
        self._called("open")

    def write(self, batch: Sequence[InteractionRecord]) -> None:
        self._called("write")
        self.taken += batch

    def finish(self) -> Sequence[str]:
        self._called("finish")
        return ["somewhere"]

    def abort(self) -> None:
        self.calls.append("abort")

    def _called(self, name: str) -> None:
        self.calls.append(name)
        self.fail(name)


class Plugin(Hooks):
    """A third-party plugin: two exporters, two transforms, and an ear for every event."""

    def __init__(self, fail: Callable[[str], None] = lambda name: None) -> None:
        self.taking = Taking(fail)
        self.told: list[Any] = []

    @hookimpl
    def elevatekit_register_exporters(self) -> Iterable[ExporterSpec]:
        def build(settings: NoSettings, context: ExportContext) -> Taking:
            return self.taking

        return [
            ExporterSpec(name="taking", summary="takes", build=build, target="X", aliases=("t",)),
            ExporterSpec(name="adding", summary="adds", build=build, target="X", mode="append"),
        ]

    @hookimpl
    def elevatekit_register_transforms(self) -> Iterable[TransformSpec]:
        def drop(settings: NoSettings, layout: Layout) -> Any:
            return lambda record: None if record.key == "b" else record

        def fail(settings: NoSettings, layout: Layout) -> Any:
            return lambda record: 1 / 0

        return [
            TransformSpec(name="drop-b", summary="drops b", build=drop),
            TransformSpec(name="failing", summary="fails", build=fail),
        ]

    @hookimpl
    def elevatekit_export_started(self, event: events.ExportStarted) -> None:
        self.told.append(event)

    @hookimpl
    def elevatekit_batch_committed(self, event: events.BatchCommitted) -> None:
        self.told.append(event)

    @hookimpl
    def elevatekit_record_rejected(self, event: events.RecordRejected) -> None:
        self.told.append(event)

    @hookimpl
    def elevatekit_export_finished(self, event: events.ExportFinished) -> None:
        self.told.append(event)


def _failing_in(name: str) -> Callable[[str], None]:
    def fail(called: str) -> None:
        if called == name:
            raise ZeroDivisionError("broken")

    return fail


def test_a_row_begins_with_what_is_known_of_the_interaction(bench: Any) -> None:
    bench.journal(
        "run.db",
        {
            "a": {
                STATUS: {"status": "processed", "errorMessage": None},
                PARAMETERS: {"type": "chat", "languageTag": "pt-br"},
                SUMMARY: {"summary": "Tudo bem."},
                DETAILS: {"isResolved": True},
            },
            "b": {STATUS: {"status": "processingFailed", "errorMessage": "no audio"}},
        },
    )

    run("csv:out/")

    header, first, second = bench.rows("out/interactions.csv")
    known = ["interaction_id", "key", "type", "state", "state_message", "language"]
    assert header[:6] == known
    assert first[:6] == ["id-a", "a", "chat", "processed", "", "pt-br"]
    assert dict(zip(header, first, strict=True))["gen_ai_cx_summary"] == "Tudo bem."
    assert second[:6] == ["id-b", "b", "chat", "processingFailed", "no audio", ""]
    assert set(second[6:]) == {""}


def test_each_list_is_a_table_whose_rows_name_the_interaction(bench: Any) -> None:
    entities = [{"type": "person", "value": "Ana"}, {"type": "date", "value": "3 May"}]
    bench.journal("run.db", {"a": {DETAILS: {"entities": entities, "reasons": ["late"]}}})

    run("csv:out/")

    assert bench.rows("out/gen_ai_cx_summary_details_entities.csv") == [
        ["interaction_id", "key", "position", "type", "value"],
        ["id-a", "a", "1", "person", "Ana"],
        ["id-a", "a", "2", "date", "3 May"],
    ]
    assert bench.rows("out/gen_ai_cx_summary_details_reasons.csv")[1:] == [
        ["id-a", "a", "1", "late"]
    ]


def test_every_table_of_the_layout_has_its_own_name_and_columns(bench: Any) -> None:
    layout = bench.records.layout
    names = [table.name for table in layout.lists]
    assert len(names) == len(set(names))
    for columns in (layout.row, *(table.columns for table in layout.lists)):
        assert len({column.name for column in columns}) == len(columns)


@pytest.mark.parametrize(
    "payload", [{"summary": {"deep": [1]}}, ["x"], "x", 3, None, {"other": 1}, {}]
)
def test_a_payload_of_another_form_fills_no_cell_and_stops_nothing(
    bench: Any, payload: Any
) -> None:
    bench.journal("run.db", {"a": {SUMMARY: payload, DETAILS: payload}, "b": {}})

    report = run("csv:out/", "jsonl:x.jsonl")

    assert [d.outcome for d in report.destinations] == ["done", "done"]
    first = json.loads(Path("x.jsonl").read_text().splitlines()[0])
    assert first["results"].get(SUMMARY) == payload
    cell = dict(zip(*bench.rows("out/interactions.csv")[:2], strict=True))["gen_ai_cx_summary"]
    assert cell == ('{"deep":[1]}' if payload == {"summary": {"deep": [1]}} else "")


def test_a_payload_that_is_no_json_is_named_and_stays_in_the_journal(bench: Any) -> None:
    bench.journal("run.db", {"a": {SUMMARY: b"<html>", DETAILS: {"isResolved": True}}})
    plugin = Plugin()

    report = run("jsonl:x.jsonl", plugin=plugin)

    assert list(json.loads(Path("x.jsonl").read_text())["results"]) == [DETAILS]
    [event] = report.unreadable
    assert (event.stage, event.operation, event.interaction) == ("export", SUMMARY, "id-a")
    assert event in plugin.told


def test_the_command_names_what_it_had_to_leave_out_and_its_code_tells_of_it(
    bench: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.journal("run.db", {"a": {SUMMARY: b"<html>"}, "b": {}})

    assert main(API, ["export", "run.db", "--to", "jsonl:x.jsonl"]) == 3

    err = capsys.readouterr().err
    assert "jsonl:x.jsonl: 2 interactions in x.jsonl" in err
    assert f"left out: {SUMMARY} of id-a: the payload is not JSON" in err


def test_questions_and_rejects_are_tables_of_their_own(bench: Any) -> None:
    history = {"questions": [{"question": "Why?", "answer": "Because.", "askedAt": "x"}]}
    reject = Reject(
        events.RecordRejected(
            interaction=None,
            key=None,
            stage="fetch",
            operation=SUMMARY,
            error="NotFoundError",
            message="gone",
            status=404,
        ),
        position=1,
    )
    bench.journal(
        "run.db",
        {"a": {}},
        questions=[
            Question(ASK, "Who?", "success", ASK, b'{"answer": "Ana."}'),
            Question(ASK, "Why?", "success", HISTORY, json.dumps(history).encode()),
            Question(ASK, "When?", "error", ASK, b"{}"),
            Question(ASK, "Where?", "asking"),
            Question(ASK, "What?", "unsent"),
        ],
        rejects=[reject],
    )

    run("csv:out/", "jsonl:x.jsonl")

    expected = [
        ["Who?", "success", "Ana."],
        ["Why?", "success", "Because."],
        ["When?", "error", ""],
        ["Where?", "unknown", ""],
    ]
    assert [row[3:] for row in bench.rows("out/questions.csv")[1:]] == expected
    asked = json.loads(Path("x.jsonl").read_text())["results"][ASK]
    assert [[e["question"], e["outcome"], e["answer"] or ""] for e in asked] == expected
    assert bench.rows("out/rejects.csv")[1:] == [
        ["id-a", "a", "1", "fetch", SUMMARY, "404", "NotFoundError", "gone"]
    ]


def test_an_interaction_that_was_never_answered_has_no_row(bench: Any) -> None:
    bench.journal("run.db", {"a": {}})
    with Journal("run.db") as journal:
        lost = Interaction(2, None, "b", "chat", "unknown")
        journal.writer.run(lambda tables: tables.interactions.add(lost))

    run("csv:out/")

    assert [row[1] for row in bench.rows("out/interactions.csv")[1:]] == ["a"]


def test_a_journal_always_gives_the_same_bytes(bench: Any) -> None:
    payloads = {SUMMARY: {"summary": "Fine."}, DETAILS: {"reasons": ["a", "b"]}}
    backwards = dict(reversed(payloads.items()))
    bench.journal("run.db", {"a": payloads, "b": payloads})
    bench.journal("other.db", {"a": backwards, "b": backwards})

    assert main(API, ["export", "run.db", "--to", "csv:1/", "--to", "jsonl:1.jsonl"]) == 0
    assert main(API, ["export", "other.db", "--to", "csv:2/", "--to", "jsonl:2.jsonl"]) == 0

    assert Path("1.jsonl").read_bytes() == Path("2.jsonl").read_bytes()
    files = sorted(path.name for path in Path("1").iterdir())
    assert files == sorted(path.name for path in Path("2").iterdir())
    for name in files:
        assert Path("1", name).read_bytes() == Path("2", name).read_bytes()


@pytest.mark.parametrize("where", ["open", "write", "finish"])
def test_a_destination_that_fails_stops_no_other(bench: Any, where: str) -> None:
    bench.journal("run.db", {"a": {}, "b": {}})
    plugin = Plugin(_failing_in(where))

    report = run("t:x", "csv:out/", plugin=plugin)

    failed, done = report.destinations
    assert (failed.outcome, failed.interactions) == ("failed", 0)
    assert failed.error.startswith(
        f"plugin Plugin failed in {where} of exporter taking: ZeroDivisionError: broken; fix it"
    )
    assert plugin.taking.calls[-1] == "abort"
    assert plugin.taking.calls.count("abort") == 1
    assert (done.outcome, done.interactions) == ("done", 2)
    assert len(bench.rows("out/interactions.csv")) == 3


class Spoiling(Taking):
    """An exporter that makes itself at home in what it is handed."""

    def write(self, batch: Sequence[InteractionRecord]) -> None:
        for record in batch:
            payloads, lists = dict_of(record.payloads), dict_of(record.lists)
            payloads[SUMMARY]["summary"] = "spoilt"
            payloads[DETAILS]["reasons"].append("spoilt")
            payloads["new"] = "spoilt"
            lists.clear()


def dict_of(mapping: Any) -> dict[str, Any]:
    assert isinstance(mapping, dict)
    return mapping


def test_what_an_exporter_does_to_its_records_reaches_no_other(bench: Any) -> None:
    payloads = {SUMMARY: {"summary": "Fine."}, DETAILS: {"reasons": ["a"]}}
    bench.journal("run.db", {"a": payloads, "b": payloads})
    plugin = Plugin()
    run("jsonl:1.jsonl", "csv:1/", plugin=plugin)
    plugin.taking = Spoiling(plugin.taking.fail)

    run("t:x", "jsonl:2.jsonl", "t:y", "csv:2/", plugin=plugin)

    assert Path("2.jsonl").read_bytes() == Path("1.jsonl").read_bytes()
    for path in Path("1").iterdir():
        assert Path("2", path.name).read_bytes() == path.read_bytes()


def test_an_export_that_is_interrupted_leaves_every_destination_as_it_was(bench: Any) -> None:
    bench.journal("run.db", {"a": {}})

    def interrupt(name: str) -> None:
        if name == "write":
            raise KeyboardInterrupt

    plugin = Plugin(interrupt)

    with pytest.raises(KeyboardInterrupt):
        run("csv:out/", "taking:x", plugin=plugin)

    assert not Path("out").exists()
    assert plugin.taking.calls == ["open", "write", "abort"]
    finished = plugin.told[-1]
    assert isinstance(finished, events.ExportFinished)
    assert [d.outcome for d in finished.destinations] == ["failed", "failed"]


def test_listeners_are_told_of_start_commit_and_end(bench: Any) -> None:
    bench.journal("run.db", {"a": {}, "b": {}})
    plugin = Plugin()

    run("taking:x", plugin=plugin)

    started, committed, finished = plugin.told
    assert started == events.ExportStarted(
        journal="run.db", destinations=("taking:x",), interactions=2
    )
    assert committed == events.BatchCommitted(destination="taking:x", interactions=2, total=2)
    assert finished.destinations[0].left == ("somewhere",)


def test_a_destination_that_appends_gets_each_interaction_once(bench: Any) -> None:
    bench.journal("run.db", {"a": {}, "b": {}})
    first, second = Plugin(), Plugin()
    run("adding:x", plugin=first)
    with Journal("run.db") as journal:
        more = Interaction(3, "id-c", "c", "chat", "accepted")
        journal.writer.run(lambda tables: tables.interactions.add(more))

    report = run("adding:x", "taking:x", plugin=second)

    assert [record.key for record in first.taking.taken] == ["a", "b"]
    assert report.destinations[0].interactions == 1
    assert report.destinations[1].interactions == 3


def test_an_appended_batch_that_failed_is_handed_over_again(bench: Any) -> None:
    bench.journal("run.db", {str(number): {} for number in range(BATCH + 1)})
    calls = count(1)

    def fail(name: str) -> None:
        if name == "write" and next(calls) == 2:
            raise ZeroDivisionError("broken")

    run("adding:x", plugin=Plugin(fail))
    again = Plugin()

    run("adding:x", plugin=again)

    assert [record.key for record in again.taking.taken] == [str(BATCH)]


def test_a_transform_drops_records_and_they_are_counted(bench: Any) -> None:
    bench.journal("run.db", {"a": {}, "b": {}, "c": {}})
    plugin = Plugin()

    report = run("taking:x", plugin=plugin, transform="drop-b")

    assert [record.key for record in plugin.taking.taken] == ["a", "c"]
    assert report.dropped == 1


def test_a_transform_that_fails_is_named_and_leaves_nothing(bench: Any) -> None:
    bench.journal("run.db", {"a": {}})

    with pytest.raises(PluginError, match=r"transform failing failed for interaction id-a"):
        run("csv:out/", plugin=Plugin(), transform="failing")

    assert not Path("out").exists()


def test_a_big_journal_is_never_in_memory_as_a_whole(
    bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At any moment, no more records are alive than a batch and the one that is being made."""
    bench.journal("run.db", {str(number): {} for number in range(10_000)})
    alive = most = 0

    class Counted(list[Any]):
        def __init__(self) -> None:
            nonlocal alive, most
            alive += 1
            most = max(most, alive)

        def __del__(self) -> None:
            nonlocal alive
            alive -= 1

    from elevatekit_plugins.export import run as module

    read = module.read_records

    def counted(*arguments: Any) -> Iterator[tuple[int, InteractionRecord]]:
        for position, record in read(*arguments):
            assert isinstance(record.payloads, dict)
            record.payloads["token"] = Counted()
            yield position, record
            del record

    monkeypatch.setattr(module, "read_records", counted)

    report = run("csv:out/", "jsonl:x.jsonl")

    assert [d.interactions for d in report.destinations] == [10_000, 10_000]
    assert alive == 0
    assert BATCH <= most <= 2 * BATCH + 2


@pytest.mark.parametrize(
    ("to", "said"),
    [
        (("cvs:out/",), "csv"),
        (("csv",), "write csv:DIR/"),
        (("csv:",), "has no target"),
        (("csv:out/", "csv:out/"), "given twice"),
    ],
)
def test_a_destination_that_cannot_be_meant_is_refused_before_anything_is_opened(
    bench: Any, to: tuple[str, ...], said: str
) -> None:
    bench.journal("run.db", {"a": {}})

    with pytest.raises(ConfigError, match=said):
        run(*to)

    assert not Path("out").exists()


def test_the_command_says_what_it_left_and_what_failed(
    bench: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.journal("run.db", {"a": {}})
    Path("file").touch()

    code = main(API, ["export", "run.db", "--to", "csv:file/", "--to", "jsonl:x.jsonl"])

    assert code == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "jsonl:x.jsonl: 1 interaction in x.jsonl" in err
    assert "csv:file/: file cannot be created" in err


def test_the_command_writes_nothing_but_data_to_standard_output(
    bench: Any, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    bench.journal("run.db", {"a": {}, "b": {}})

    assert main(API, ["export", "run.db", "--to", "jsonl:-"]) == 0

    out, _ = capfdbinary.readouterr()
    assert [json.loads(line)["key"] for line in out.splitlines()] == ["a", "b"]


def test_settings_of_an_exporter_come_from_the_configuration(bench: Any) -> None:
    bench.journal("run.db", {"a": {}})
    Path("elevatekit.toml").write_text("[plugins.csv]\nbom = true\n")

    assert main(API, ["export", "run.db", "--to", "csv:out/"]) == 0

    assert Path("out/interactions.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_setting_that_does_not_exist_is_refused_and_nothing_is_made(
    bench: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.journal("run.db", {"a": {}})
    Path("elevatekit.toml").write_text("[plugins.csv]\nbomb = true\n")

    assert main(API, ["export", "run.db", "--to", "csv:out/"]) == 2

    assert "bomb" in capsys.readouterr().err
    assert not Path("out").exists()


def test_a_journal_that_does_not_exist_is_an_error_that_says_how_to_make_one(
    bench: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(API, ["export", "gone.db", "--to", "csv:out/"]) == 2

    assert "pull --into gone.db" in capsys.readouterr().err
    assert not Path("gone.db").exists()
