"""Threads that make their first calls at once, while the models are still being imported."""

from __future__ import annotations

import importlib
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

GATE = """\
import threading

started, finish = threading.Event(), threading.Event()
"""

MODELS = """\
import gate_of_models

gate_of_models.started.set()
gate_of_models.finish.wait(30)


class Answer:
    pass
"""


def test_a_thread_waits_for_the_models_that_another_imports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, things: SimpleNamespace
) -> None:
    package = tmp_path / "slow_to_import"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "models.py").write_text(MODELS)
    (tmp_path / "gate_of_models.py").write_text(GATE)
    monkeypatch.syspath_prepend(tmp_path)
    gate = importlib.import_module("gate_of_models")
    api = msgspec.structs.replace(things.API, package=package.name)

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(api.model, "Answer")
        assert gate.started.wait(30)
        second = threads.submit(api.model, "Answer")
        wait([second], timeout=0.2)  # it can only be waiting; were it not, it would have failed
        gate.finish.set()

    assert first.result() is second.result()
