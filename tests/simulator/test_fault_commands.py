"""Faults as a script orders them: from a file, from a list, and what is told at the end."""

from __future__ import annotations

import os
import re
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from elevatekit_plugins.simulator.faults import KINDS

COMMAND = [sys.executable, "-m", "elevatekit", "simulate"]
TOKEN = "0f0e0d0c-0b0a-0908-0706-050403020100"


@contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [*COMMAND, "--port", "0", *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_the_list_has_a_line_for_each_kind() -> None:
    done = subprocess.run([*COMMAND, "--list-faults"], capture_output=True, text=True)

    lines = [re.split(r"  +", line, maxsplit=2) for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (0, "")
    assert [line[:2] for line in lines] == [[kind.name, kind.plane] for kind in KINDS.values()]
    assert all(line[2] for line in lines)


def test_what_never_fired_is_told_at_the_end(tmp_path: Path) -> None:
    file = tmp_path / "faults.json"
    file.write_text(
        '[{"operation": "interactions.status", "nth": 2, "kind": "reset_in_body"},'
        ' {"operation": "*", "status": 503},'
        ' {"operation": "*", "nth": 3, "kind": "drip_body"}]'
    )

    with running("--faults", str(file)) as process:
        url = first_line(process)
        body = {"type": "audio", "languageTag": "en", "vertical": "default"}
        headers = {"X-API-Token": TOKEN}
        assert httpx2.post(f"{url}/interactions", json=body, headers=headers).status_code == 503
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=2)

    assert process.returncode == 0
    assert err.splitlines() == [
        "a fault never fired: reset_in_body, for call 2 of interactions.status",
        "a fault never fired: drip_body, for call 3 of all operations",
    ]


def test_a_stalled_client_holds_up_no_end(tmp_path: Path) -> None:
    file = tmp_path / "faults.json"
    file.write_text('[{"operation": "*", "kind": "stall_in_body"}]')

    with running("--faults", str(file)) as process, httpx2.Client() as client:
        url = first_line(process)
        body = {"type": "audio", "languageTag": "en", "vertical": "default"}
        with client.stream(
            "POST", f"{url}/interactions", json=body, headers={"X-API-Token": TOKEN}
        ) as response:
            assert response.status_code == 201
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=2)

    assert process.returncode == 0


def test_https_is_served_with_an_authority_to_trust() -> None:
    with running("--tls", "good") as process:
        url = first_line(process)
        assert process.stderr is not None
        told = process.stderr.readline()
        file = re.search(r"export SSL_CERT_FILE=(.+)$", told)
        assert file is not None
        context = ssl.create_default_context(cafile=file[1])

        assert url.startswith("https://127.0.0.1:")
        with httpx2.Client(verify=context) as client:
            assert client.get(f"{url}/interactions/x").status_code == 401


@pytest.mark.parametrize(
    ("arguments", "rules", "message"),
    [
        (("--tls", "expird"), None, "did you mean expired"),
        ((), '[\n{"operation": "*", "kind": "drip_bdy"}]', "line 2: unknown kind of fault"),
    ],
)
def test_a_fault_that_does_not_exist_is_refused(
    arguments: tuple[str, ...], rules: str | None, message: str, tmp_path: Path
) -> None:
    if rules is not None:
        file = tmp_path / "faults.json"
        file.write_text(rules)
        arguments = ("--faults", str(file))

    done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=60)

    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_without_what_makes_certificates_tls_says_what_to_install() -> None:
    script = (
        "import sys; sys.modules['trustme'] = None\n"
        "from elevatekit.__main__ import main\n"
        "sys.argv = ['elevatekit', 'simulate', '--tls', 'good']; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=os.environ
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert "--tls needs trustme" in done.stderr
    assert 'run pip install "elevatekit[pytest]"' in done.stderr
