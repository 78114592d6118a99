"""The pytest plugin in the suites of others: pytest in processes and folders of their own."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest

from elevatekit.operations import API

pytest_plugins = ["pytester"]

OURS = "elevatekit._pytest"
STRICT = ("-W", "error", "--strict-markers", "--strict-config", "-p", "no:cacheprovider")

SYNC = """
import pytest
from elevatekit import InternalServerError, UnprocessableError
from elevatekit.testing import chat

TURNS = chat("customer: My money back!", "agent: It is on its way.")

def declare(client):
    return client.interactions.declare(TURNS).interaction_identifier

def test_summary(elevatekit_client, elevatekit_simulator):
    assert "money" in elevatekit_client.gen_ai.cx.summary(declare(elevatekit_client)).summary
    assert elevatekit_simulator.ledger.declared == 1

def test_nothing_is_left_of_another_test(elevatekit_simulator):
    assert elevatekit_simulator.ledger.declared == 0

@pytest.mark.elevatekit(quota=1)
def test_quota(elevatekit_client):
    id = declare(elevatekit_client)
    assert elevatekit_client.gen_ai.cx.ask(id, question="Why?").answer
    with pytest.raises(UnprocessableError):
        elevatekit_client.gen_ai.cx.ask(id, question="Why?")

@pytest.mark.elevatekit(status={"gen_ai.cx.topics": 500})
def test_status(elevatekit_client):
    with pytest.raises(InternalServerError) as caught:
        elevatekit_client.gen_ai.cx.topics(declare(elevatekit_client))
    assert len(caught.value.attempts) == 3

def test_fault(elevatekit_client, elevatekit_faults):
    elevatekit_faults.add("gen_ai.cx.topics", "html_502", nth=2)
    id = declare(elevatekit_client)
    elevatekit_client.gen_ai.cx.topics(id)
    assert len(elevatekit_client.raw.gen_ai.cx.topics(id).attempts) == 2

def test_script(elevatekit_scripted):
    elevatekit_scripted.answer("gen_ai.cx.topics", {"topics": ["refund"]})
    with elevatekit_scripted.client() as client:
        assert client.gen_ai.cx.topics(TURNS and "0" * 8 + "-0000" * 3 + "-" + "0" * 12).topics

def test_clock(elevatekit_simulator, elevatekit_clock):
    elevatekit_clock.advance(60)
    assert elevatekit_simulator.clock.now() == 60
"""
ASYNC = """
import pytest
from elevatekit.testing import chat

{mark}
async def test_async(elevatekit_async_client):
    async with elevatekit_async_client as client:
        body = chat("customer: My money back!", "agent: It is on its way.")
        id = (await client.interactions.declare(body)).interaction_identifier
        assert "money" in (await client.gen_ai.cx.summary(id)).summary
"""
MOCKED = """
import httpx

def test_mocked({fixture}):
    {fixture}.{call}
    assert httpx.get("https://example.com/").status_code == 204
"""
RESPX = MOCKED.format(fixture="respx_mock", call='get("https://example.com/").respond(204)')
HTTPX = MOCKED.format(fixture="httpx_mock", call="add_response(status_code=204)")


def run(
    pytester: pytest.Pytester, *arguments: str, plugins: tuple[str, ...] = ()
) -> pytest.RunResult:
    """Run pytest with our plugin and these. To load all that are installed takes six times as
    long."""
    chosen = [word for name in (*plugins, OURS) for word in ("-p", name)]
    return pytester.runpytest_subprocess(*STRICT, *chosen, *arguments)


@pytest.fixture(autouse=True)
def alone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    for name in ("token", "base_url"):
        monkeypatch.delenv(API.env(name), raising=False)


LOOP = ("-o", "asyncio_default_fixture_loop_scope=function")
"""Without it pytest-asyncio itself warns."""
BESIDE: dict[str, tuple[tuple[str, ...], tuple[str, ...], str]] = {
    "nothing else": ((), (), ""),
    "xdist": (("xdist.plugin",), ("-n", "2"), ""),
    "randomly": (("pytest_randomly",), ("-p", "no:xdist"), ""),
    "asyncio, auto": (("pytest_asyncio.plugin",), (*LOOP, "-o", "asyncio_mode=auto"), ASYNC),
    "asyncio, strict": (("pytest_asyncio.plugin",), LOOP, ASYNC),
    "anyio": (("anyio.pytest_plugin",), (), ASYNC),
    "respx": (("respx.plugin",), (), RESPX),
    "pytest-httpx": (("pytest_httpx",), (), HTTPX),
    "pytest-recording": (("pytest_recording.plugin",), ("--block-network",), ""),
}
MARKS = {"asyncio, strict": "@pytest.mark.asyncio", "anyio": "@pytest.mark.anyio"}
"""And `pytest.mark.anyio` needs a fixture that names the backend: the one of asyncio."""
BACKEND = "import pytest\n@pytest.fixture\ndef anyio_backend(): return 'asyncio'\n"


@pytest.mark.parametrize("neighbour", BESIDE)
def test_a_suite_passes_beside(neighbour: str, pytester: pytest.Pytester) -> None:
    plugins, arguments, more = BESIDE[neighbour]
    files = {"test_sync": SYNC}
    if more:
        files["test_more"] = more.replace("{mark}", MARKS.get(neighbour, ""))
    pytester.makeconftest(BACKEND if neighbour == "anyio" else "")
    pytester.makepyfile(**files)

    hosts = ("--allowed-hosts=127.0.0.1",) if neighbour == "pytest-recording" else ()
    result = run(pytester, *arguments, *hosts, plugins=plugins)

    result.assert_outcomes(passed=8 if more else 7)


def test_a_suite_passes_with_all_that_is_installed(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    pytester.makepyfile(test_sync=SYNC, test_more=ASYNC.replace("{mark}", "@pytest.mark.asyncio"))

    result = pytester.runpytest_subprocess(*STRICT, *LOOP)

    result.assert_outcomes(passed=8)


@pytest.mark.parametrize(
    ("test", "message"),
    [
        (
            "def test_it(elevatekit_faults):\n"
            '    elevatekit_faults.add("gen_ai.cx.topics", "html_502")',
            "a fault never fired: html_502, for call 1 of gen_ai.cx.topics",
        ),
        (
            "@pytest.mark.elevatekit(status=503)\ndef test_it(elevatekit_client): pass",
            "a fault never fired: status 503, for call 1 of all operations",
        ),
        (
            "@pytest.mark.elevatekit(faults=[{'operation': '*', 'kind': 'html_502', 'nth': 3}])\n"
            "def test_it(elevatekit_client): pass",
            "a fault never fired: html_502, for call 3 of all operations",
        ),
        (
            "def test_it(elevatekit_simulator):\n"
            '    elevatekit_simulator.ledger.violations.append("an answer broke the spec")',
            "the simulator itself failed: an answer broke the spec",
        ),
        (
            "def test_it(elevatekit_scripted):\n"
            '    elevatekit_scripted.answer("gen_ai.cx.topics", status=404)',
            "gen_ai.cx.topics: the answer 404 was not used: no such call came",
        ),
        (
            "@pytest.mark.elevatekit(quota=1)\ndef test_it(): pass",
            "the mark elevatekit does nothing here: no fixture of it is used *",
        ),
    ],
    ids=["fault", "status", "mark", "violation", "script", "idle mark"],
)
def test_what_a_test_leaves_over_fails_it(
    test: str, message: str, pytester: pytest.Pytester
) -> None:
    pytester.makepyfile(f"import pytest\n\n{test}\n")

    result = run(pytester)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([message])


def test_what_is_left_over_by_a_test_that_fails_stands_beside_its_own_error(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile("""
        def test_it(elevatekit_faults):
            elevatekit_faults.add("gen_ai.cx.topics", "html_502")
            assert 1 == 2

        def test_another(elevatekit_client):
            pass
    """)

    result = run(pytester)

    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(["*assert 1 == 2", "a fault never fired: html_502, *"])


def test_the_nearest_mark_counts_word_by_word(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest
        from elevatekit import ConflictError, NotFoundError, AudioInteraction
        pytestmark = pytest.mark.elevatekit(
            quota=2, switches={"audio.unprocessed_status": 404}, progress="manual"
        )

        def ask(client):
            audio = AudioInteraction(language_tag="en", download_uri="https://example.com/a.wav")
            id = client.interactions.declare(audio).interaction_identifier
            return client.gen_ai.cx.topics(id)

        def test_module(elevatekit_client):
            with pytest.raises(NotFoundError):
                ask(elevatekit_client)

        @pytest.mark.elevatekit(switches={"audio.unprocessed_status": 409})
        def test_function(elevatekit_client, elevatekit_simulator):
            with pytest.raises(ConflictError):
                ask(elevatekit_client)
            elevatekit_simulator.move()

        @pytest.mark.elevatekit(progress="immediate")
        def test_at_once(elevatekit_client):
            ask(elevatekit_client)
    """)

    run(pytester).assert_outcomes(passed=3)


def test_a_client_of_ones_own_knows_nothing_of_what_another_test_has_asked_or_met(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile("""
        import time
        import pytest
        from elevatekit import Client, RateLimitError
        from elevatekit.operations import API
        from elevatekit.testing import ACCOUNT, chat
        from elevatekit_plugins.calls.group import shared_group

        @pytest.mark.parametrize("number", [1, 2])
        def test_five_questions(elevatekit_simulator, number):
            with Client(ACCOUNT, base_url=elevatekit_simulator.base_url) as client:
                id = client.interactions.declare(chat("customer: Hi!")).interaction_identifier
                for _ in range(5):
                    client.gen_ai.cx.ask(id, question="Why?")

        @pytest.mark.parametrize("number", [1, 2])
        def test_turned_away(elevatekit_client, elevatekit_faults, number):
            rule = API.operation("gen_ai.cx.topics").concurrency
            where = (elevatekit_client.base_url, ACCOUNT, rule.group, rule.limit)
            assert shared_group(*where).cuts == 0
            elevatekit_faults.add("gen_ai.cx.topics", status=429)
            id = elevatekit_client.interactions.declare(chat("customer: Hi!"))
            elevatekit_client.gen_ai.cx.topics(id.interaction_identifier)
            assert shared_group(*where).cuts == 1
    """)

    run(pytester).assert_outcomes(passed=4)


@pytest.mark.parametrize(
    ("mark", "message"),
    [
        ("switch={}", "the marker elevatekit has no keyword 'switch'; did you mean switches?"),
        ("colour=1", "the marker elevatekit has no keyword 'colour'; available: status, quota, *"),
        ("503", "the marker elevatekit accepts keywords, not 503; available: status, quota, *"),
    ],
)
@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_mark_with_another_word_stops_the_run(
    mark: str, message: str, workers: str, pytester: pytest.Pytester
) -> None:
    pytester.makepyfile(
        f"import pytest\n\n@pytest.mark.elevatekit({mark})\ndef test_it(elevatekit_client): pass\n"
    )

    result = run(pytester, "-n", workers, plugins=("xdist.plugin",))

    if workers == "0":
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stderr.fnmatch_lines([f"ERROR: test_a_*.py::test_it: {message}"])
    else:
        # A worker cannot stop a run: there the test itself fails.
        result.assert_outcomes(errors=1)
        result.stdout.fnmatch_lines([f"test_a_*.py::test_it: {message}"])


def test_values_that_cannot_be_used_are_named(pytester: pytest.Pytester) -> None:
    """One run: each test has a mark or a call of its own, and fails with one line."""
    cases = {
        "status={'gen_ai.cx.topic': 503}": "an unknown operation: *; did you mean gen_ai.cx.to*",
        "status=99": "Expected `int` >= 200*",
        "status=204": "*status 204 is not an error status*",
        "status='503'": "Expected `int*got `str`*",
        "quota=-1": "the quota must be 0 or more, not -1",
        "switches={'ask.failed': False}": "unknown switch 'ask.failed'; did you mean *",
        "switches={'ask.failed_counts': 7}": "the switch ask.failed_counts cannot be 7*",
        "progress='imediate'": "unknown progress 'imediate'; did you mean immediate*",
        "faults=[{'operation': '*', 'kind': 'html_520'}]": "*'html_520'; did you mean html_50*",
        "faults=[{'operation': '*', 'knd': 'html_502'}]": "a fault has no field 'knd'*",
        "faults=[{'operation': '*'}]": "a fault must have either a `kind` or *",
        "faults=7": "faults cannot be 7 (int)",
        "switches=[1]": "switches cannot be [[]1] (list)",
        "quota='1'": "Expected `int`, got `str`",
    }
    pytester.makepyfile(
        "import pytest\n"
        + "".join(
            f"\n@pytest.mark.elevatekit({mark})\ndef test_{i}(elevatekit_client): pass\n"
            for i, mark in enumerate(cases)
        )
    )

    result = run(pytester, "-rN")  # where CI is set, it says all once more

    result.assert_outcomes(errors=len(cases))
    result.stdout.fnmatch_lines([f"the simulator cannot be set up: *{m}" for m in cases.values()])
    assert len(result.stdout.str().split("the simulator cannot be set up")) == len(cases) + 1


@pytest.mark.parametrize(
    ("options", "variables", "message"),
    [
        (("--elevatekit-target=life",), {}, "invalid choice: 'life' (choose from *"),
        (
            ("--elevatekit-target=live",),
            {},
            "live calls the service itself*--elevatekit-allow-live*",
        ),
        (
            ("--elevatekit-target=live", "--elevatekit-allow-live"),
            {},
            "live needs a token: set ELEVATEKIT_TOKEN, and ELEVATEKIT_BASE_URL if *",
        ),
        (
            ("--elevatekit-target=cassette", "--record-mode=all"),
            {},
            "cassette replays, but --record-mode=all records; use another",
        ),
    ],
)
def test_options_that_do_not_fit_are_a_usage_error(
    options: tuple[str, ...],
    variables: dict[str, str],
    message: str,
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile("def test_it(elevatekit_client): pass")

    result = run(pytester, *options, plugins=("pytest_recording.plugin",))

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*{message}"])


TARGETS = """
import pytest
from elevatekit.testing import chat

@pytest.fixture
def vcr_config(elevatekit_vcr_config):
    return {**elevatekit_vcr_config}

@pytest.mark.vcr
@pytest.mark.elevatekit(faults=[{"operation": "gen_ai.cx.topics", "status": 503}])
def test_recorded(elevatekit_client, elevatekit_clock, elevatekit_faults):
    elevatekit_faults.add("gen_ai.cx.summary", status=503)
    elevatekit_clock.advance(60)
    body = chat("customer: My money back!", "agent: It is on its way.")
    id = elevatekit_client.interactions.declare(body).interaction_identifier
    assert len(elevatekit_client.raw.gen_ai.cx.topics(id).attempts) == 2
    assert len(elevatekit_client.raw.gen_ai.cx.summary(id).attempts) == 2

def test_simulator(elevatekit_simulator):
    pass
"""
RECORDING = ("pytest_recording.plugin",)


def test_what_was_recorded_from_the_simulator_is_replayed_without_it(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(TARGETS)
    recorded = run(pytester, "--record-mode=rewrite", plugins=RECORDING)
    replayed = run(pytester, "--elevatekit-target=cassette", "--block-network", plugins=RECORDING)
    beside_others = run(pytester, plugins=RECORDING)

    recorded.assert_outcomes(passed=2)
    replayed.assert_outcomes(passed=1, skipped=1)
    beside_others.assert_outcomes(passed=2)


def test_a_test_without_a_cassette_sends_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        def test_no_mark(elevatekit_client):
            elevatekit_client.gen_ai.cx.topics("00000000-0000-4000-8000-000000000000")

        @pytest.mark.vcr(record_mode="all")
        def test_that_records(elevatekit_client):
            elevatekit_client.gen_ai.cx.topics("00000000-0000-4000-8000-000000000000")
    """)

    result = run(pytester, "--elevatekit-target=cassette", plugins=RECORDING)
    without = run(pytester, "--elevatekit-target=cassette", "-k", "no_mark")

    result.assert_outcomes(errors=2)
    without.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*this one has none that only replays: mark it with pytest*"])


def test_live_tests_go_where_the_environment_says_and_those_that_need_the_simulator_are_skipped(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, elevatekit_simulator: Any
) -> None:
    """The service itself is played by a simulator: nobody here may call the real one."""
    monkeypatch.setenv(API.env("token"), "22222222-2222-4222-8222-222222222222")
    monkeypatch.setenv(API.env("base_url"), elevatekit_simulator.base_url)
    pytester.makepyfile("""
        import pytest
        from elevatekit import NotFoundError

        def test_live(elevatekit_client):
            with pytest.raises(NotFoundError):
                elevatekit_client.gen_ai.cx.topics("00000000-0000-4000-8000-000000000000")

        def test_clock(elevatekit_clock): pass
        def test_faults(elevatekit_faults): pass
        def test_simulator(elevatekit_simulator): pass
        @pytest.mark.elevatekit(quota=1)
        def test_mark(elevatekit_client): pass
    """)

    result = run(pytester, "--elevatekit-target=live", "--elevatekit-allow-live", "-rs")

    result.assert_outcomes(passed=1, skipped=4)
    result.stdout.fnmatch_lines(["*elevatekit_clock needs the simulator, and *target is live*"])
    assert elevatekit_simulator.ledger.calls["gen_ai.cx.topics"] == 1


def test_without_the_extra_each_door_says_what_to_install(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("import sys\nsys.modules['jsonschema_rs'] = None\n")
    pytester.makepyfile("""
        import pytest
        from elevatekit import ConfigError

        def test_simulator(elevatekit_simulator): pass
        def test_scripted(elevatekit_scripted): pass
        def test_faults(elevatekit_faults): pass

        def test_module():
            with pytest.raises(ConfigError, match=r'pip install "elevatekit\\[pytest\\]"'):
                import elevatekit.testing
    """)

    result = run(pytester, "-rN")

    result.assert_outcomes(errors=3, passed=1)
    said = [line for line in result.stdout.lines if "pip install" in line]
    assert [line.partition(" needs ")[2] for line in said] == [
        'jsonschema_rs, which is not installed: run pip install "elevatekit[pytest]"'
    ] * 3


LOADED = {
    "elevatekit",
    "elevatekit._pytest",
    "elevatekit_plugins",
    "elevatekit_plugins.testing",
    "elevatekit_plugins.testing.accounts",
    "elevatekit_plugins.testing.cassettes",
    "elevatekit_plugins.testing.cassettes.watch",
    "elevatekit_plugins.testing.fixtures",
    "elevatekit_plugins.testing.leftovers",
    "elevatekit_plugins.testing.plugin",
    "elevatekit_plugins.testing.scene",
    "elevatekit_plugins.testing.target",
}


def test_a_suite_that_uses_no_fixture_loads_nothing_but_the_plugin(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile("""
        import sys

        def test_it():
            ours = {n for n in sys.modules if n.startswith(("elevatekit", "elevatekit_plugins"))}
            print("OURS", *sorted(ours))
            print("HEAVY", *sorted({"msgspec", "httpx2", "starlette", "vcr"} & {*sys.modules}))
    """)

    result = run(pytester, "-s")

    lines = result.stdout.lines
    assert {*next(line for line in lines if "OURS" in line).split("OURS ")[1].split()} == LOADED
    assert next(line for line in lines if "HEAVY" in line).endswith("HEAVY")


def test_importing_the_plugin_imports_nothing_but_pytest_and_itself() -> None:
    script = (
        "import pytest, sys; before = {*sys.modules}; import elevatekit._pytest;"
        "print(*sorted({*sys.modules} - before))"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)

    assert {*done.stdout.split()} == LOADED


def test_the_plugin_has_no_fixture_of_a_common_name_and_none_of_its_own_accord() -> None:
    from elevatekit import _pytest

    hooks = {name for name in _pytest.__all__ if name.startswith("pytest_")}
    fixtures = [getattr(_pytest, name) for name in set(_pytest.__all__) - hooks]

    assert all(name.startswith("elevatekit_") for name in set(_pytest.__all__) - hooks)
    assert not any(fixture._fixture_function_marker.autouse for fixture in fixtures)


def test_the_coverage_of_a_suite_is_the_same_with_and_without_the_plugin(
    pytester: pytest.Pytester,
) -> None:
    package = pytester.mkpydir("theirs")
    (package / "calls.py").write_text(
        "import elevatekit\n\nclass Reader:\n    client = elevatekit.Client\n\n"
        "def unused():\n    return 1\n"
    )
    (package / "__init__.py").write_text("from theirs.calls import Reader\n")
    pytester.makepyfile("def test_it():\n    import theirs\n    assert theirs.Reader.client\n")
    cov = ("-p", "pytest_cov.plugin", "--cov=theirs", "--cov-report=term-missing")

    with_it = pytester.runpytest_subprocess(*STRICT, "-p", OURS, *cov)
    without = pytester.runpytest_subprocess(*STRICT, *cov)

    rows = [[line for line in r.stdout.lines if "theirs" in line] for r in (with_it, without)]
    assert rows[0] == rows[1]
    assert re.search(r"calls.py +5 +1 +80% +7", "\n".join(rows[0]))
