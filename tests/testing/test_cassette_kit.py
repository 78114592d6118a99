"""What people's own suites get, tried as they would: pytest in a process and folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml  # noqa: F401 (pytester forgets what is imported in a test; this bears no second time)

from elevatekit.operations import API
from elevatekit_plugins.testing.cassettes import document
from elevatekit_plugins.testing.cassettes.lint import lint

pytest_plugins = ["pytester"]

PLUGINS = ["-p", "pytest_recording.plugin", "-p", "xdist.plugin", "-p", "elevatekit._pytest"]
"""The plugins of the inner runs; to load all that are installed takes six times as long."""

ID = "00000000-0000-4000-8000-00000000abcd"
CONFTEST = """
    import pytest

    @pytest.fixture
    def vcr_config(elevatekit_vcr_config):
        return {**elevatekit_vcr_config}
"""
TEST = f"""
    import pytest
    from elevatekit import Client

    @pytest.mark.vcr
    @pytest.mark.default_cassette("status")
    def test_status():
        with Client("a-token-of-mine") as client:
            answer = client.raw.interactions.status("{ID}")
        assert answer.json()["status"] == "processed"

    def test_something_else():
        pass
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A suite with one test that replays one interaction."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(test_it=TEST)
    cassette(pytester, "status", "status")
    return pytester


def cassette(pytester: pytest.Pytester, name: str, *paths: str) -> None:
    """Write a cassette of GET requests by hand."""
    response = {
        "status": {"code": 200, "message": "OK"},
        "headers": {"content-type": ["application/json"]},
        "body": {"string": f'{{"identifier":"{ID}","status":"processed"}}'},
    }
    interactions = [
        {
            "request": {
                "method": "GET",
                "uri": f"{API.base_url}/interactions/{ID}/{path}",
                "body": "",
                "headers": {"accept": ["application/json"]},
            },
            "response": response,
        }
        for path in paths
    ]
    folder = pytester.path / "cassettes" / "test_it"
    folder.mkdir(parents=True, exist_ok=True)
    text = document.serialize({"version": 1, "interactions": interactions})
    (folder / f"{name}.yaml").write_text(text, "utf-8")


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return pytester.runpytest_subprocess(*PLUGINS, "--block-network", *arguments)


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_cassette_that_no_test_opens_fails_the_run(
    project: pytest.Pytester, workers: str
) -> None:
    cassette(project, "stale", "status")

    result = run(project, "-n", workers)

    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["FAILED *stale.yaml: no test opens it; delete it"])
    assert result.ret == pytest.ExitCode.TESTS_FAILED


@pytest.mark.parametrize("workers", ["0", "2"])
def test_an_interaction_that_no_test_plays_fails_the_run(
    project: pytest.Pytester, workers: str
) -> None:
    cassette(project, "status", "status", "transcript")

    result = run(project, "-n", workers)

    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(
        [f"FAILED *status.yaml: no test plays interaction 2 (GET *{ID}/transcript); *"]
    )
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_an_interaction_is_needed_if_any_test_plays_it(project: pytest.Pytester) -> None:
    cassette(project, "status", "status", "status")
    again = TEST.replace("test_status", "test_again").replace("test_something", "test_nothing")
    twice = again.replace(
        "            answer =",
        f'{" " * 12}client.raw.interactions.status("{ID}")\n            answer =',
    )
    project.makepyfile(test_it=TEST + again)
    once_each = run(project)
    project.makepyfile(test_it=twice + TEST)
    both_in_one = run(project)

    assert once_each.ret == pytest.ExitCode.TESTS_FAILED
    assert both_in_one.ret == pytest.ExitCode.OK


@pytest.mark.parametrize(
    "arguments",
    [["-k", "status"], ["test_it.py"], ["--deselect", "test_it.py::test_something_else"]],
    ids=lambda arguments: arguments[0],
)
def test_a_run_of_some_tests_says_nothing_of_what_the_others_need(
    project: pytest.Pytester, arguments: list[str]
) -> None:
    cassette(project, "stale", "status")

    assert run(project, *arguments).ret == pytest.ExitCode.OK


def test_a_run_of_the_whole_folder_is_a_whole_run(project: pytest.Pytester) -> None:
    cassette(project, "stale", "status")

    assert run(project, ".").ret == pytest.ExitCode.TESTS_FAILED


def test_a_suite_that_did_not_ask_is_left_alone(project: pytest.Pytester) -> None:
    cassette(project, "stale", "status")
    project.makeconftest("""
        import pytest

        @pytest.fixture
        def vcr_config():
            return {"filter_header": ["x-api-token"]}
    """)

    result = run(project)

    result.assert_outcomes(passed=2)
    assert result.ret == pytest.ExitCode.OK


def test_a_fixture_and_a_mark_of_ones_own_that_are_called_vcr_are_left_alone(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.fixture
        def vcr():
            return "a video recorder"

        @pytest.mark.vcr
        def test_one(vcr):
            assert vcr == "a video recorder"
    """)

    pytester.runpytest_subprocess("-p", "no:recording").assert_outcomes(passed=1, warnings=1)


def test_a_suite_without_pytest_recording_is_left_alone(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_nothing(): pass")

    result = pytester.runpytest_subprocess("-p", "no:recording", "--strict-markers")

    result.assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ('"filter_header": ["x"]', "unknown vcrpy option 'filter_header'; did you mean filter_h"),
        ('"block_network": True', "unknown vcrpy option 'block_network'"),
        ('"serializer": "json"', "the serializer must be yaml, not json"),
        ('"before_record_request": print', "the option before_record_request replaces the one of"),
        ('"before_record_response": [print]', "the option before_record_response replaces the one"),
    ],
)
def test_an_option_that_cannot_work_is_refused_before_anything_is_recorded(
    project: pytest.Pytester, options: str, message: str
) -> None:
    project.makeconftest(CONFTEST.replace("_config}", f"_config, {options}}}"))

    result = run(project, "--record-mode=rewrite")

    result.assert_outcomes(errors=1, passed=1)
    result.stdout.fnmatch_lines([f"*{message}*"])


def test_functions_of_ones_own_stand_beside_those_of_the_kit(project: pytest.Pytester) -> None:
    project.makeconftest("""
        import pytest

        @pytest.fixture(scope="module")
        def vcr_config(elevatekit_vcr_config):
            key = "before_record_request"
            return {**elevatekit_vcr_config, key: [elevatekit_vcr_config[key], lambda r: r]}
    """)

    run(project).assert_outcomes(passed=2)


def test_a_mark_is_looked_at_too(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_it=TEST.replace("mark.vcr\n", 'mark.vcr("more.yaml", record_mod="once")\n')
    )
    several = run(project)
    project.makepyfile(test_it=TEST.replace("mark.vcr\n", 'mark.vcr(record_mod="once")\n'))
    misspelt = run(project)

    several.stdout.fnmatch_lines(["*a test has one cassette; the mark vcr also names*more.yaml*"])
    misspelt.stdout.fnmatch_lines(["*unknown vcrpy option 'record_mod'; did you mean record_mode*"])


def test_a_cassette_that_is_missing_is_named_even_where_nothing_is_sent(
    project: pytest.Pytester,
) -> None:
    project.makepyfile(test_it="import pytest\n@pytest.mark.vcr\ndef test_nothing(): pass")

    result = run(project)

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["cassette *test_nothing.yaml does not exist; record it with *"])


def test_a_request_that_no_cassette_holds_fails_and_is_not_tried_again(
    project: pytest.Pytester,
) -> None:
    cassette(project, "status", "transcript")

    result = run(project)

    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(
        ["*no recorded interaction matches it (the closest differ in uri)*"]
    )


def test_a_cassette_that_would_run_code_is_refused(project: pytest.Pytester) -> None:
    file = project.path / "cassettes" / "test_it" / "status.yaml"
    file.write_text("version: !!python/object/apply:os.mkdir [run]\ninteractions: []\n...\n")

    result = run(project)

    result.assert_outcomes(errors=1, passed=1)
    result.stdout.fnmatch_lines(["cassette *status.yaml: line 1: *more than plain data*rejected*"])
    assert not (project.path / "run").exists()


def test_what_holds_a_token_is_not_written_and_the_token_not_shown(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = "11111111-2222-4333-8444-555555555555"
    monkeypatch.setenv("PLANTED", token)
    project.makepyfile(
        test_it="""
        import os
        import pytest
        from elevatekit import Client, NotFoundError

        @pytest.mark.vcr
        @pytest.mark.default_cassette("status")
        def test_an_echo(elevatekit_simulator):
            token = os.environ["PLANTED"]
            with Client(token, base_url=elevatekit_simulator.base_url) as client:
                with pytest.raises(NotFoundError):
                    client.interactions.status(token)
        """
    )
    file = project.path / "cassettes" / "test_it" / "status.yaml"
    before = file.read_bytes()

    result = run(project, "--record-mode=all", "--showlocals")

    result.assert_outcomes(passed=1, errors=1)
    refusal = "nothing was written: interaction 2 of 2 (GET): the URI of the request holds the"
    result.stdout.fnmatch_lines([f"cassette *status.yaml: {refusal} value of the header *"])
    assert token not in result.stdout.str() + result.stderr.str()
    assert file.read_bytes() == before


@pytest.mark.parametrize("workers", ["0", "2"])
def test_parts_of_a_suite_write_down_what_they_played_and_are_judged_together(
    project: pytest.Pytester, workers: str
) -> None:
    cassette(project, "status", "status", "status")
    cassette(project, "stale", "status")
    once = f'client.raw.interactions.status("{ID}")'
    twice = TEST.replace(once, f"[{once} for _ in range(2)][0]")
    project.makepyfile(test_it=TEST, test_more=twice)
    # Both tests open the same cassette.
    project.path.joinpath("cassettes", "test_more").symlink_to("test_it")

    first = run(project, "-n", workers, "--elevatekit-played=1.json", "test_it.py")
    second = run(project, "-n", workers, "--elevatekit-played=2.json", "test_more.py")

    def problems(*records: str) -> list[str]:
        played = [Path(name) for name in records]
        found = lint(API, Path("cassettes/test_it"), played=played).problems
        return [str(problem) for problem in found if problem.kind in ("unused", "unplayed")]

    assert first.ret == second.ret == pytest.ExitCode.OK
    stale = "no test opens it; delete it"
    assert problems("1.json") == [
        stale,
        "interaction 2: no test plays it; record the cassette again",
    ]
    assert problems("1.json", "2.json") == [stale]


def test_a_record_that_has_no_folder_stops_the_run_before_it_begins(
    project: pytest.Pytester,
) -> None:
    result = run(project, "--elevatekit-played=nowhere/played.json")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--elevatekit-played nowhere/played.json: its folder does not*"])
