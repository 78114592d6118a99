"""Decoders are made by one thread at a time, because msgspec cannot bear two."""

from __future__ import annotations

import threading
from typing import Any

import msgspec
import pytest

from elevatekit_plugins.calls.decoders import decoder


class Thing(msgspec.Struct):
    name: str


def test_a_decoder_is_made_once_however_many_threads_want_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[object] = []
    threads = 8
    ready = threading.Barrier(threads)
    make = msgspec.json.Decoder

    def slow(type: Any) -> Any:
        made.append(type)
        return make(type)

    monkeypatch.setattr(msgspec.json, "Decoder", slow)
    found: list[Any] = []

    def want() -> None:
        ready.wait()
        found.append(decoder(list[Thing]))

    workers = [threading.Thread(target=want) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert made == [list[Thing]]
    assert len({id(one) for one in found}) == 1
    assert found[0].decode(b'[{"name": "a"}]') == [Thing("a")]


def test_two_types_are_never_prepared_at_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    inside = threading.Lock()
    make = msgspec.json.Decoder

    def alone(type: Any) -> Any:
        assert inside.acquire(blocking=False), "another thread is in here"
        try:
            return make(type)
        finally:
            inside.release()

    monkeypatch.setattr(msgspec.json, "Decoder", alone)
    failed: list[BaseException] = []

    def want(type: Any) -> None:
        try:
            decoder(type)
        except BaseException as error:
            failed.append(error)

    types = [tuple[(Thing,) * size] for size in range(1, 30)]
    workers = [threading.Thread(target=want, args=(type,)) for type in types]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert failed == []
