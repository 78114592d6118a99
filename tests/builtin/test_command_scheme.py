"""`auth="command"`: a token that a program prints."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from elevatekit_plugins.builtin.auth.command import CommandSettings, Helper
from elevatekit_plugins.builtin.auth.running import run
from elevatekit_plugins.errors import AuthError, ConfigError
from elevatekit_plugins.hooks.descriptors import AuthScheme
from elevatekit_plugins.host.manager import PluginHost

LOGIN = """
import json, sys, urllib.request
url, note = sys.argv[1:]
open(note, "a").write("run\\n")
body = json.dumps({"role_id": "reader", "secret_id": "sesame-open-wide"}).encode()
with urllib.request.urlopen(url + "/v1/auth/approle/login", body) as answer:
    token = json.load(answer)["auth"]["client_token"]
print("logged in, the token is", token, file=sys.stderr)
"""
PLAIN = LOGIN + "print(token)"
FULL = LOGIN + 'print(json.dumps({"token": token, "expires_at": "2999-01-01T00:00:00+02:00"}))'


def chosen(*argv: str, **more: Any) -> dict[str, Any]:
    command = {"argv": [sys.executable, "-c", *argv], **more}
    return {"auth": "command", "settings": {"command": command}}


@pytest.mark.parametrize("program", [PLAIN, FULL], ids=["a line", "JSON"])
def test_it_is_run_once_for_all_and_once_more_when_its_token_is_refused(
    gateway: Any,
    caller: Any,
    tmp_path: Path,
    program: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    note = tmp_path / "note"
    settings = chosen(program, gateway.origin, str(note))

    assert caller.read(20, 20, between=gateway.revoke, **settings) == [200] * 40

    assert note.read_text() == "run\n" * 2
    assert "said: logged in, the token is ***" in caplog.text


FAILURES: dict[str, tuple[str, str]] = {
    "fails": (
        "import sys; print('tok-4711'); sys.exit('no session tok-4711: log in')",
        r"ended with exit code 1 and said: no session \*\*\*: log in",
    ),
    "prints nothing": ("print()", "printed nothing"),
    "prints two": ("print('tok-4711 tok-4711')", "something other than one token"),
    "prints two lines": ("print('tok-4711\\nmore')", "something other than one token"),
    "prints other JSON": ("print('{\"tok-4711\": 1}')", "`token`"),
    "prints half of it": ('print(\'{"token": "tok-4711\')', "did not print"),
    "prints a number": ("print('{\"token\": 4711}')", "Expected `str`, got `int`"),
    "prints what is over": (
        'print(\'{"token": "tok-4711", "expires_at": 1}\')',
        "a token that has expired",
    ),
    "prints without an end": (
        "import sys\nwhile True: sys.stdout.write('tok-4711' * 99)",
        "printed more than 65536 bytes",
    ),
    "prints what no header carries": ("print('tok-4711' * 2049)", "something other than one token"),
    "leaves out the zone": (
        'print(\'{"token": "tok-4711", "expires_at": "2999-01-01T00:00:00"}\')',
        "without a time zone",
    ),
    "hangs": (
        "import sys, time; print('waiting', file=sys.stderr, flush=True); time.sleep(60)",
        "did not end within 1 s",
    ),
}


@pytest.mark.parametrize("case", FAILURES)
def test_what_is_wrong_with_it_is_told_and_its_token_is_not(
    gateway: Any, caller: Any, case: str
) -> None:
    program, says = FAILURES[case]

    [error] = caller.read(1, **chosen(program, timeout=1 if case == "hangs" else 30))

    assert type(error) is AuthError
    with pytest.raises(AuthError, match=says):
        raise error
    assert "run it by hand, or check [plugins.command]" in str(error)
    assert "tok-4711" not in str(error)
    assert not error.temporary
    assert len(error.attempts) == 1
    assert (gateway.passed, gateway.refused) == (0, 0)


def test_a_program_that_is_not_there_is_named(caller: Any) -> None:
    settings = {"command": {"argv": ["/no/such/helper"]}}

    [error] = caller.read(1, auth="command", settings=settings)

    assert type(error) is AuthError
    assert "helper cannot be run: " in str(error)


def test_it_takes_no_longer_than_its_call(caller: Any) -> None:
    settings = chosen(FAILURES["hangs"][0])

    [error] = caller.read(1, timeout=0.5, **settings)

    assert type(error) is AuthError
    assert "did not end within 0." in str(error)
    assert error.temporary, "a call with more time may get one"


def test_what_it_leaves_running_is_not_waited_for() -> None:
    lingers = (
        "import subprocess, sys;"
        "left = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
        "print('tok-4711', left.pid)"
    )

    ended = run([sys.executable, "-c", lingers], 30)
    token, left = ended.out.split()
    os.kill(int(left), signal.SIGTERM)  # it was still there

    assert (ended.code, token) == (0, b"tok-4711")


def test_what_it_says_of_the_token_that_it_renews_shows_none(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    note = tmp_path / "note"
    note.write_text("1")
    program = (
        "import sys, pathlib; note = pathlib.Path(sys.argv[1]); turn = int(note.read_text());"
        "note.write_text(str(turn + 1)); print('tok-' + '4711' * turn);"
        "sys.exit('tok-4711 is over' if turn == 3 else print('no tok-4711', file=sys.stderr))"
    )
    helper = Helper(CommandSettings(argv=(sys.executable, "-c", program, str(note))))

    def fetch() -> None:
        work = helper.fetch()
        blocking: Any = next(work)
        work.send(blocking.run(30.0))

    for _ in range(2):
        with pytest.raises(StopIteration):
            fetch()
    with pytest.raises(AuthError) as caught:
        fetch()

    assert caplog.text.count("said: no ***") == 2
    assert "and said: *** is over" in str(caught.value)


def test_no_shell_reads_its_arguments(caller: Any, tmp_path: Path) -> None:
    program = "import sys; sys.exit(sys.argv[1])"

    [error] = caller.read(1, **chosen(program, f"$(touch {tmp_path}/x); *"))

    assert f"said: $(touch {tmp_path}/x); *" in str(error)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("argv", [[], "vault-token", [1]])
def test_what_is_no_list_of_arguments_is_a_wrong_setting(argv: Any) -> None:
    host = PluginHost(False, settings={"command": {"argv": argv}})

    with pytest.raises(ConfigError, match="plugin command: setting argv"):
        host.build(host.select(AuthScheme, "command"), None)
