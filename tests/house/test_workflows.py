"""The workflows run the verbs of the Makefile, with no more rights than they need."""

from __future__ import annotations

import re
from importlib.metadata import metadata
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".github" / "workflows"


@pytest.fixture(params=["ci.yml", "release.yml"])
def text(request: pytest.FixtureRequest) -> str:
    if not FOLDER.exists():
        pytest.skip("the sdist leaves the workflows out")
    return (FOLDER / request.param).read_text("utf-8")


@pytest.fixture
def workflow(text: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def test_every_action_is_pinned_by_commit_and_its_version_named(text: str) -> None:
    uses = [line.split("uses:")[1].strip() for line in text.splitlines() if "uses:" in line]

    assert uses
    for use in uses:
        assert use.startswith("./") or re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d[\d.]*", use)


def test_a_job_may_read_and_what_it_may_beyond_is_only_to_sign(workflow: dict[str, Any]) -> None:
    extra = {
        name: job["permissions"] for name, job in workflow["jobs"].items() if "permissions" in job
    }

    assert workflow["permissions"] == {"contents": "read"}
    assert set(extra) <= {"attest", "publish"}
    for permissions in extra.values():
        assert set(permissions) <= {"id-token", "attestations"}


def test_no_job_that_may_sign_runs_code_of_the_project(workflow: dict[str, Any]) -> None:
    for job in workflow["jobs"].values():
        if "permissions" in job:
            assert not any("run" in step or "checkout" in step["uses"] for step in job["steps"])


def test_every_verb_that_is_run_exists(text: str) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")

    verbs = re.findall(r"run: make ([\w-]+)", text)

    assert verbs
    assert all(re.search(rf"^{verb}:.*## ", makefile, re.MULTILINE) for verb in verbs)


def test_each_python_that_is_promised_is_tested() -> None:
    if not FOLDER.exists():
        pytest.skip("the sdist leaves the workflows out")
    tested = yaml.safe_load((FOLDER / "ci.yml").read_text("utf-8"))
    prefix = "Programming Language :: Python :: "

    promised = [
        line.removeprefix(prefix)
        for line in metadata("elevatekit").get_all("Classifier") or []
        if line.startswith(prefix)
    ]

    assert tested["jobs"]["test"]["strategy"]["matrix"]["python"] == promised
