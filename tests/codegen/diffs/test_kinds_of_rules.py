"""Statuses, limits, quotas, retries, waiters, the server and the header of the token."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

SUMMARY, ASK = "gen_ai.cx.summary", "gen_ai.cx.ask"


def add_status(draft: Any) -> None:
    draft.operation(SUMMARY)["responses"]["451"] = {
        "description": "Not to be read.",
        "x-error": "UnavailableForLegalReasonsError",
    }


def use_added_status(made: Any) -> None:
    made.fails(SUMMARY, 451)
    with pytest.raises(made.package.UnavailableForLegalReasonsError) as caught:
        made.client.gen_ai.cx.summary(made.id)
    assert caught.value.status == 451
    assert issubclass(type(caught.value), made.package.StatusError)
    assert made.row_of(SUMMARY, 451)[:2] == ["UnavailableForLegalReasonsError", "no"]


def empty_status(draft: Any) -> None:
    draft.operation(SUMMARY)["responses"]["204"] = {"description": "There is none."}


def use_empty_status(made: Any) -> None:
    made.fails(SUMMARY, 204)
    assert made.client.gen_ai.cx.summary(made.id) is None


def limit(draft: Any) -> None:
    for id in (SUMMARY, "gen_ai.cx.summary_details", ASK, "gen_ai.cx.ask_history"):
        draft.operation(id)["x-concurrency"]["limit"] = 2


def use_limit(made: Any) -> None:
    assert "At most 2 concurrent gen_ai requests" in made.page(SUMMARY)
    assert "At most 2 concurrent gen_ai requests" in made.client.gen_ai.cx.summary.__doc__
    assert made.client.gen_ai.cx.summary(made.id).summary


def quota(draft: Any) -> None:
    draft.operation(ASK)["x-quota"]["successes"] = 1


def use_quota(made: Any) -> None:
    assert made.client.gen_ai.cx.ask(made.id, question="Was it refunded?").answer
    with pytest.raises(made.package.QuotaExceededError, match="1 of 1"):
        made.client.gen_ai.cx.ask(made.id, question="And why?")
    assert "1 success " in made.page(ASK)


def retry_less(draft: Any) -> None:
    del draft.operation(SUMMARY)["x-retry"]["statuses"]["429"]


def use_retry_less(made: Any) -> None:
    made.fails(SUMMARY, 429, headers={"retry-after": "0"})
    with pytest.raises(made.package.RateLimitError):
        made.client.gen_ai.cx.summary(made.id)
    assert made.row_of(SUMMARY, 429)[:2] == ["RateLimitError", "no"]


def retry_more(draft: Any) -> None:
    draft.operation(SUMMARY)["x-retry"]["statuses"]["409"] = "assumed"


def use_retry_more(made: Any) -> None:
    made.fails(SUMMARY, 409, headers={"retry-after": "0"})
    assert len(made.client.raw.gen_ai.cx.summary(made.id).attempts) == 2
    assert made.row_of(SUMMARY, 409)[:2] == ["ConflictError", "yes (assumed)"]


def wait(draft: Any) -> None:
    waiter = draft.operation("interactions.status")["x-waiter"]
    waiter["done"] = ["processed", "processingFailed"]
    waiter["failed"].remove("processingFailed")
    waiter["intervals"]["chat"] = 1


def use_wait(made: Any) -> None:
    answer = made.client.interactions.status(made.id)
    body = {**made.client.raw.interactions.status(made.id).json(), "status": "processingFailed"}
    made.fails("interactions.status", 200, body=body)
    assert made.client.interactions.wait(made.id).status == "processingFailed"
    assert answer.identifier == made.id
    assert "chat 1 s" in made.help("interactions", "wait")


def rename_wait(draft: Any) -> None:
    draft.operation("interactions.status")["x-waiter"]["method"] = "follow"


def use_renamed_wait(made: Any) -> None:
    assert made.client.interactions.follow(made.id).status == "processed"
    assert not hasattr(made.client.interactions, "wait")
    assert made.command("interactions", "follow", made.id).exit_code == 0


def server(draft: Any) -> None:
    draft.value["servers"][0]["url"] = "https://api.example.com/v2"


def use_server(made: Any) -> None:
    with made.package.Client("token") as client:
        assert client.base_url == "https://api.example.com/v2"
    assert made.simulator.base_url.endswith("/v2")
    assert made.client.gen_ai.cx.summary(made.id).summary


def header(draft: Any) -> None:
    draft.value["components"]["securitySchemes"]["apiToken"]["name"] = "X-Account-Key"


def use_header(made: Any) -> None:
    assert made.api.key.header == "X-Account-Key"
    # Client and simulator know no other: the chat was declared with it.
    assert made.client.gen_ai.cx.summary(made.id).summary


def deadline(draft: Any) -> None:
    draft.operation(SUMMARY)["x-retry"]["deadline"] = 5


def use_deadline(made: Any) -> None:
    assert "Default `timeout`: 5 s" in made.page(SUMMARY)


def not_pulled(draft: Any) -> None:
    del draft.operation(SUMMARY)["x-pull"]


def use_not_pulled(made: Any) -> None:
    assert "gen_ai_cx_summary" not in made.row
    assert made.client.gen_ai.cx.summary(made.id).summary


KINDS = [
    pytest.param(
        add_status,
        [
            "additive UnavailableForLegalReasonsError: is a new error class",
            "additive client.gen_ai.cx.summary: raises `UnavailableForLegalReasonsError` "
            "for 451, was a plain `StatusError`",
        ],
        use_added_status,
        id="status added",
    ),
    pytest.param(
        empty_status,
        ["breaking client.gen_ai.cx.summary() -> CxSummary | None: returned `CxSummary` before"],
        use_empty_status,
        id="status without a body added",
    ),
    pytest.param(
        limit,
        [
            "none client.gen_ai.cx.summary: is one of at most 2 requests of `gen_ai` at "
            "once, was 10 of `gen_ai`",
            "none client.gen_ai.cx.summary_details: is one of at most 2 requests of "
            "`gen_ai` at once, was 10 of `gen_ai`",
            "none client.gen_ai.cx.ask: is one of at most 2 requests of `gen_ai` at once, "
            "was 10 of `gen_ai`",
            "none client.gen_ai.cx.ask_history: is one of at most 2 requests of `gen_ai` at "
            "once, was 10 of `gen_ai`",
        ],
        use_limit,
        id="limit changed",
    ),
    pytest.param(
        quota,
        ["breaking client.gen_ai.cx.ask: has a quota of 1 success, was 5"],
        use_quota,
        id="quota changed",
    ),
    pytest.param(
        retry_less,
        ["breaking client.gen_ai.cx.summary: is not sent again on 429 any more"],
        use_retry_less,
        id="retryable status removed",
    ),
    pytest.param(
        retry_more,
        ["additive client.gen_ai.cx.summary: is sent again on 409"],
        use_retry_more,
        id="retryable status added",
    ),
    pytest.param(
        deadline,
        ["breaking client.gen_ai.cx.summary: takes at most 5 s in all, was 120 s"],
        use_deadline,
        id="deadline changed",
    ),
    pytest.param(
        wait,
        [
            "breaking client.interactions.status: has `processingFailed` taken for done by "
            "`wait` now",
            "breaking client.interactions.status: has `processingFailed` taken for failed "
            "by `wait` no more",
            "none client.interactions.status: is polled every 1 s for `chat`, was 5 s",
        ],
        use_wait,
        id="waiter changed",
    ),
    pytest.param(
        rename_wait,
        [
            "breaking client.interactions.wait: is `client.interactions.follow` now",
            "breaking client.interactions.wait_all: is `client.interactions.follow_all` now",
            "breaking elevatekit interactions wait: is `elevatekit interactions follow` now",
        ],
        use_renamed_wait,
        id="waiter renamed",
    ),
    pytest.param(
        not_pulled,
        [
            "breaking interactions.gen_ai_cx_summary: is gone",
            "breaking client.gen_ai.cx.summary: is no longer read by a pull",
        ],
        use_not_pulled,
        id="result not pulled any more",
    ),
    pytest.param(
        server,
        [
            "breaking base_url: is `https://api.example.com/v2` now, was "
            "`https://api.elevateai.com/v1`"
        ],
        use_server,
        id="server changed",
    ),
    pytest.param(
        header,
        ["breaking token: is sent in `X-Account-Key` now, was in `X-API-Token`"],
        use_header,
        id="header of the token changed",
    ),
]


@pytest.mark.parametrize(("edit", "told", "use"), KINDS)
def test_one_edit_and_one_command_change_a_rule_everywhere(
    workbench: Any, edit: Callable[[Any], None], told: list[str], use: Callable[[Any], None]
) -> None:
    workbench.holds(edit, told, use)
