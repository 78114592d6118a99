"""What a digest tells, and that no text in it does more than being read."""

from __future__ import annotations

import json
import re
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from elevatekit_plugins.api import Column
from elevatekit_plugins.builtin.export.slack.plain import plain, size
from elevatekit_plugins.hooks.descriptors import Layout


def test_it_says_how_many_interactions_there_are_and_what_became_of_them(
    export: Any, slack: Any, record: Any, shown: Any
) -> None:
    records = [
        record(1),
        record(2, resolved=False, summary="No refund yet."),
        record(3, resolved=None),
        record(4, state="broken", message="no audio", resolved=None, summary=None),
    ]

    assert export("", records) == ["the channel of the webhook: digest"]

    (message,) = slack.messages
    assert message["text"] == (
        "Interactions: 4 in all, 1 resolved, 1 not resolved, 2 unknown, 1 failed"
    )
    assert "*Resolved*\n1" in shown(message)


def test_what_needs_attention_stands_before_what_is_only_frequent(
    export: Any, slack: Any, record: Any, shown: Any
) -> None:
    records = [
        record(1, key="call-1", state="broken", message="no audio", resolved=None, summary=None),
        record(2, key="call-2", resolved=False, summary="No refund yet.", topics=["refund"]),
        record(3, key="call-3", concerns=[("Too expensive", False), ("Too slow", True)]),
        record(4, key="call-4", questions=[("Refund?", None), ("Angry?", "No.")]),
        record(5, coaching=["Listen"], topics=["delivery"]),
    ]

    export("", records)

    text = shown(slack.messages[0])
    parts = [
        "*Failed* (1)\n• call-1: no audio",
        "*Not resolved* (1)\n• call-2: No refund yet.",
        "*Open concerns* (1)\n• call-3: Too expensive",
        "*Questions without an answer* (1)\n• call-4: Refund?",
        "*Most often to be coached* (1)\n• 1 × Listen",
        "*Top topics* (2)\n• 1 × delivery\n• 1 × refund",
    ]
    places = [text.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)
    assert "Too slow" not in text
    assert "Angry?" not in text


def test_an_interaction_without_a_key_is_named_by_its_id(
    export: Any, slack: Any, record: Any, shown: Any
) -> None:
    export("", [record(7, resolved=False, summary="Sad.")])

    assert "• 00000000-0000-4000-8000-000000000007: Sad." in shown(slack.messages[0])


def test_a_state_that_ends_a_wait_badly_is_a_failure_without_a_message_too(
    export: Any, slack: Any, record: Any, shown: Any
) -> None:
    export("", [record(1, key="call-1", state="broken"), record(2, state="fine")])

    assert "*Failed* (1)\n• call-1: broken" in shown(slack.messages[0])
    assert slack.messages[0]["text"].endswith("1 failed")


def test_topics_are_counted_over_all_interactions_whatever_their_letter_case(
    export: Any, slack: Any, record: Any, shown: Any
) -> None:
    records = [
        record(1, topics=["Refund", "refund", "Delivery"]),
        record(2, topics=["REFUND"], more_topics=["said again by another operation"]),
        record(3, more_topics=["refund"]),
    ]

    export("", records)

    assert "*Top topics* (2)\n• 3 × Refund\n• 1 × Delivery" in shown(slack.messages[0])


def test_a_part_for_which_the_layout_has_no_role_is_left_out(
    export: Any, slack: Any, record: Any, shown: Any
) -> None:
    plain_layout = Layout(row=(Column(name="x", path=("x",), type="string"),), lists=())
    made = structs.replace(record(1, topics=["refund"]), row=("x",), lists={})

    export("", [made], layout=plain_layout)

    assert slack.messages[0]["text"] == "Interactions: 1 in all"
    assert len(slack.messages[0]["blocks"]) == 2


def test_an_export_of_nothing_says_so(export: Any, slack: Any) -> None:
    export("")

    assert slack.messages[0]["text"].startswith("Interactions: 0 in all, 0 resolved")


def test_values_of_another_type_than_the_spec_says_do_no_harm(
    export: Any, slack: Any, record: Any, shown: Any
) -> None:
    records = [
        record(1, resolved="yes", topics=[None, 5, ""]),
        record(2, resolved=1, concerns=[(None, False), ("Late", "no")], summary=None),
    ]

    export("", records)

    assert "2 unknown" in slack.messages[0]["text"]
    assert "• 1 × 5" in shown(slack.messages[0])


HOSTILE = [
    "<!channel> <!here> <!everyone> <@U0123456> <#C0123456> <!subteam^S0123>",
    "<https://evil.example/|click here> and https://evil.example/",
    "@channel @here *bold* _it_ ~no~ `code` ```block",
    "&lt;!channel&gt; &amp;lt; & < >",
    "W" * 5_000,
    "👩‍👩‍👧‍👦🤯" * 1_000,
    "&" * 3_000,
    "مرحبا بالعالم \u202edlrow\u202c שלום \u2067x\u2069",
    "\x00\x07\x1b[31mred\x1b[0m\r\nsecond\tline\u2028third\x85fourth",
    "lone \ud800 surrogate \udfff",
    '=HYPERLINK("https://evil.example","x")',
    "> quote\n• bullet\n1. one",
    " \n\t ",
    ":smile: :skull:",
]


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_a_hostile_text_pings_nobody_links_nowhere_and_breaks_no_limit(
    number: int, export: Any, slack: Any, record: Any
) -> None:
    text = HOSTILE[number]
    records = [
        record(n, key=text, state="broken", message=text, topics=[text], coaching=[text])
        for n in range(60)
    ]
    records += [
        record(
            100 + n,
            key=f"{text}{n}",
            resolved=False,
            summary=text,
            topics=[f"{n} {text}"],
            concerns=[(text, False)],
            questions=[(text, None)],
        )
        for n in range(60)
    ]

    export("", records, title=f"x {text}", attention=50, topics=50)

    assert len(slack.messages) == 1  # and the stand-in found nothing wrong with it


def test_foreign_text_stands_where_slack_looks_for_no_markup(
    export: Any, slack: Any, record: Any, objects: Any
) -> None:
    foreign = "*canary* _canary_ :canary: @canary"
    export("", [record(1, key=foreign, resolved=False, summary=foreign, topics=[foreign])])

    found = [
        (text["type"], text.get("emoji"))
        for text in objects(slack.messages[0]["blocks"])
        if "canary" in text["text"]
    ]
    assert found == [("plain_text", False)] * 2


def test_a_list_that_is_too_long_says_how_many_more_there_are(
    export: Any, slack: Any, record: Any, shown: Any
) -> None:
    records = [record(n, resolved=False, summary="x " * 90) for n in range(1_234)]

    export("", records, attention=3)
    export("", records, attention=50)

    assert "• 00000000-0000-4000-8000-000000000002: x" in shown(slack.messages[0])
    assert "\n… 1,231 more" in shown(slack.messages[0])
    lines = shown(slack.messages[1]).splitlines()
    bullets = sum(line.startswith("• ") for line in lines)
    assert 30 < bullets < 51
    assert lines[-1] == f"… {1_234 - bullets:,} more" or bullets == 50


def test_every_list_gets_its_share_of_a_full_message(
    export: Any, slack: Any, record: Any, shown: Any
) -> None:
    long = "word " * 60
    records = [
        record(
            n,
            key="k" * 60,
            state="broken",
            message=long,
            resolved=False,
            summary=long,
            topics=[f"{n} {long}"],
            concerns=[(long, False)],
            coaching=[f"{n} {long}"],
            questions=[(long, None)],
        )
        for n in range(100)
    ]

    export("", records, attention=50, topics=50)

    _, *lists = re.split(r"^\*.+\* \(\d+\)$", shown(slack.messages[0]), flags=re.MULTILINE)
    assert len(lists) == 6
    assert all(text.count("• ") >= 4 and text.rstrip().endswith(" more") for text in lists)


def test_ten_thousand_interactions_fit_into_one_message_and_into_little_memory(
    export: Any, slack: Any, record: Any, temporary: Path
) -> None:
    long = "wörd 🤯 & <b> " * 20

    def batch(start: int) -> list[Any]:
        return [
            record(
                n,
                key=f"call-{n}",
                resolved=n % 3 == 0,
                summary=long,
                topics=[f"topic {n} {long}", f"common {n % 7}"],
                concerns=[(f"{n} {long}", n % 2 == 0)],
                coaching=[f"{n % 100} {long}"],
            )
            for n in range(start, start + 200)
        ]

    exporter = export.exporter("#quality")
    exporter.open()
    exporter.write(batch(0))
    tracemalloc.start()
    for start in range(200, 10_000, 200):
        exporter.write(batch(start))
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    exporter.finish()

    assert grown < 500_000
    assert slack.messages[0]["text"].startswith("Interactions: 10,000 in all, 3,334 resolved")
    assert len(slack.files[0][3].splitlines()) == 10_001
    assert list(temporary.iterdir()) == []


def test_the_same_interactions_give_the_same_bytes(
    export: Any, record: Any, tmp_path: Path
) -> None:
    records = [record(n, topics=[f"t{n % 5}", "x"], resolved=n % 2 == 0) for n in range(500)]

    for name in ("a.json", "b.json"):
        export(str(tmp_path / name), records)

    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_a_file_and_standard_output_get_exactly_what_a_webhook_gets(
    export: Any, slack: Any, record: Any, tmp_path: Path, capfdbinary: Any
) -> None:
    records = [record(1, resolved=False, summary="É <x> 🤯", topics=["refund"])]

    assert export(str(tmp_path / "slack.json"), records) == [str(tmp_path / "slack.json")]
    assert export("-", records) == ["standard output"]
    export("", records)

    assert (tmp_path / "slack.json").read_bytes() == slack.raw[0]
    assert capfdbinary.readouterr().out == slack.raw[0]
    assert len(slack.requests) == 1


def test_a_channel_gets_the_same_message_with_its_name_in_it(
    export: Any, slack: Any, record: Any
) -> None:
    export("", [record(1)])
    export("#quality", [record(1)])

    assert json.loads(slack.raw[1]) == {"channel": "#quality", **json.loads(slack.raw[0])}


def test_text_is_cut_between_code_points_and_never_inside_of_an_escape() -> None:
    assert plain("a&bc", 7) == "a&amp;…"
    assert plain("a&bc", 6) == "a…"
    assert plain("a&b", 7) == "a&amp;b"
    assert plain("🤯🤯🤯", 5) == "🤯🤯…"
    assert plain("  one\n two \x00", 50) == "one two"
    assert all(size(plain("<🤯é>" * 50, limit)) <= limit for limit in range(1, 300))


def test_a_ranking_of_many_equal_counts_is_in_order(
    export: Any, slack: Any, record: Any, shown: Callable[[Any], str]
) -> None:
    export("", [record(1, topics=["b", "C", "a"])], topics=2)

    assert "*Top topics* (3)\n• 1 × a\n• 1 × b\n… 1 more" in shown(slack.messages[0])
