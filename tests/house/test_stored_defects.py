"""Every stored defect can still be planted; `make defects` then shows that its gate catches it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STORED = sorted((ROOT / "tests" / "defects").glob("*.toml"))


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_a_defect_can_still_be_planted_and_its_gate_is_there(path: Path) -> None:
    defect = tomllib.loads(path.read_text(encoding="utf-8"))
    changed = ROOT / defect["file"]

    assert not defect["old"] or changed.read_text(encoding="utf-8").count(defect["old"]) == 1
    assert defect["new"] != defect["old"]
    tests = [ROOT / word.split("::")[0] for word in defect["gate"].split() if "tests/" in word]
    assert all(test.exists() for test in tests)
    if defect["says"].startswith("test_"):
        name = defect["says"].split("[")[0]
        files = [file for test in tests for file in [test, *test.rglob("*.py")] if file.is_file()]
        assert any(name in file.read_text(encoding="utf-8") for file in files)
