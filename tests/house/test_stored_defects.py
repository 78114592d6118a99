"""Every stored defect can still be planted; `make defects` then shows that its gate catches it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STORED = sorted((ROOT / "tests" / "defects").glob("*.toml"))


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_what_a_defect_changes_stands_there_once(path: Path) -> None:
    defect = tomllib.loads(path.read_text(encoding="utf-8"))
    changed = ROOT / defect["file"]

    assert not defect["old"] or changed.read_text(encoding="utf-8").count(defect["old"]) == 1
    assert defect["new"] != defect["old"]
    for word in defect["gate"].split():
        assert not word.startswith("tests/") or (ROOT / word.split("::")[0]).exists(), word
