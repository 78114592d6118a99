from __future__ import annotations

import re
import tracemalloc
from typing import Any

import pytest

from elevatekit_plugins.simulator.audio import AudioReader
from elevatekit_plugins.simulator.conversation import NEUTRAL
from elevatekit_plugins.simulator.upload import Upload

SENT = ["filePendingUpload", "fileUploading", "fileUploaded", "pendingProcessing", "processing"]
FETCHED = [
    "declared",
    "filePendingDownload",
    "fileDownloading",
    "fileDownloaded",
    "pendingProcessing",
    "processing",
    "processed",
]


def status(session: Any, interaction: str) -> dict[str, Any]:
    answer: dict[str, Any] = session.get(f"{interaction}/status").json()
    return answer


def test_uploaded_audio_takes_its_states_one_after_another(session: Any, wav: Any) -> None:
    interaction = session.audio()
    states = [status(session, interaction)["status"]]
    session.simulator.clock.advance(3600)
    assert status(session, interaction)["status"] == states[0], "it waits for its file"
    session.upload(interaction, wav())

    for _ in range(5):
        states.append(status(session, interaction)["status"])
        session.simulator.clock.advance(15)

    assert states == [*SENT, "processed"]


def test_audio_with_a_download_address_is_fetched(session: Any) -> None:
    interaction = session.audio(downloadUri="https://example.com/call.wav")
    states: list[str] = []

    for _ in range(7):
        states.append(status(session, interaction)["status"])
        session.simulator.clock.advance(10)

    assert states == FETCHED
    told = status(session, interaction)
    assert told["uploaded"] is None
    assert told["declared"] < told["downloaded"] < told["processed"]


def test_times_come_from_the_simulated_clock(session: Any, wav: Any) -> None:
    interaction = session.audio()
    session.simulator.clock.advance(10)
    session.upload(interaction, wav())
    session.simulator.clock.advance(60)

    told = status(session, interaction)

    assert told["declared"] == "2025-01-06T09:00:00.000000Z"
    assert told["uploaded"] == "2025-01-06T09:00:10.000000Z"
    assert told["processed"] == "2025-01-06T09:01:10.000000Z"
    assert (told["downloaded"], told["errorMessage"]) == (None, None)


def test_the_conversation_is_read_from_the_comment_of_the_file(
    session: Any, wav: Any, refund: Any
) -> None:
    interaction = session.audio()
    session.upload(interaction, wav(*refund))
    session.simulator.clock.advance(60)

    sentences = session.get(f"{interaction}/transcripts/punctuated").json()["sentenceSegments"]
    phrases = session.get(f"{interaction}/transcript").json()
    summary = session.get(f"{interaction}/gen-ai/cx/summary").json()["summary"]

    said = [line.partition(": ")[2] for line in refund]
    assert [s["phrase"] for s in sentences] == said
    assert [s["participant"] for s in sentences][:2] == ["participantTwo", "participantOne"]
    assert phrases["allParticipants"]["phrases"] == said
    assert phrases["participantOne"]["phrases"] == [said[1], said[3]]
    assert phrases["participantTwo"]["phrases"] == [said[0], said[2], said[4]]
    assert "I need a refund of $30" in summary


def test_audio_without_a_comment_gets_a_neutral_dialogue(session: Any, wav: Any) -> None:
    interaction = session.audio()
    session.upload(interaction, wav())
    session.simulator.clock.advance(60)

    sentences = session.get(f"{interaction}/transcripts/punctuated").json()["sentenceSegments"]

    assert [s["phrase"] for s in sentences] == [turn.text for turn in NEUTRAL.turns]


@pytest.mark.parametrize("content", [b"", b"hello", b"RIFF\x04\0\0\0WAVE"], ids=len)
def test_a_file_without_audio_fails_in_processing(session: Any, content: bytes) -> None:
    interaction = session.audio()
    assert session.upload(interaction, content).status_code == 201
    assert status(session, interaction)["status"] == "fileUploading"
    session.simulator.clock.advance(60)

    told = status(session, interaction)

    assert told["status"] == "processingFailed"
    assert told["errorMessage"] == "the file contains no audio"
    assert told["processed"] is None
    assert session.get(f"{interaction}/gen-ai/summary").status_code == 409


def test_a_wav_file_without_samples_fails_in_processing(
    session: Any, wav: Any, refund: Any
) -> None:
    interaction = session.audio()
    session.upload(interaction, wav(*refund, samples=0))
    session.simulator.clock.advance(60)

    assert status(session, interaction)["status"] == "processingFailed"


def test_generative_results_have_to_wait_for_the_processing(session: Any, wav: Any) -> None:
    interaction = session.audio()
    session.upload(interaction, wav())
    session.simulator.clock.advance(59.9)
    early = session.get(f"{interaction}/gen-ai/cx/summary")
    session.simulator.clock.advance(0.1)
    late = session.get(f"{interaction}/gen-ai/cx/summary")

    assert (early.status_code, late.status_code) == (409, 200)
    assert early.json() == {
        "errorMessage": "the interaction is processing; it must be processed first"
    }


def test_a_second_file_is_refused(session: Any, wav: Any) -> None:
    interaction = session.audio()
    statuses = [session.upload(interaction, wav()).status_code for _ in range(2)]
    fetched = session.audio(downloadUri="https://example.com/call.wav")

    assert [*statuses, session.upload(fetched, wav()).status_code] == [201, 409, 409]


@pytest.mark.parametrize(
    ("request_", "problem"),
    [
        ({"files": {"audio": ("a.wav", b"")}}, "named 'audio'"),
        ({"files": {"filename.": ("a.wav", b"")}}, "named 'filename.'"),
        ({"files": {"filename.wav": (None, b"text")}}, "contains 0 files"),
        (
            {"files": [("filename.wav", ("a", b"")), ("filename.wav", ("b", b""))]},
            "contains 2 files",
        ),
        ({"json": {}}, "not multipart/form-data"),
        ({"content": b"x"}, "not multipart/form-data"),
        (
            {
                "content": b"nonsense",
                "headers": {"content-type": "multipart/form-data; boundary=b"},
            },
            "malformed",
        ),
        (
            {
                "content": b'--b\r\nContent-Disposition: form-data; name="filename.wav"; '
                b'filename="a.wav"\r\n\r\nRIFF',
                "headers": {"content-type": "multipart/form-data; boundary=b"},
            },
            "ends before its last boundary",
        ),
    ],
)
def test_a_broken_upload_is_refused_and_may_be_repeated(
    request_: dict[str, Any], problem: str, session: Any, wav: Any
) -> None:
    interaction = session.audio()

    refused = session.post(f"{interaction}/upload", **request_)

    assert (refused.status_code, problem in refused.json()["errorMessage"]) == (400, True)
    assert session.upload(interaction, wav()).status_code == 201


@pytest.mark.parametrize("size", [1, 2, 3, 7, 11, 64, 10_000])
def test_a_file_reads_the_same_in_pieces_of_any_size(size: int, wav: Any, refund: Any) -> None:
    # An odd number of samples is followed by a byte that belongs to nothing.
    content, reader = wav(*refund, samples=801, comment_last=True), AudioReader()
    for start in range(0, len(content), size):
        reader.feed(content[start : start + size])

    conversation = reader.conversation()

    assert conversation is not None
    assert [turn.text for turn in conversation.turns] == [
        line.partition(": ")[2] for line in refund
    ]


@pytest.mark.parametrize("head", [b"ID3\x04", b"OggS", b"fLaC", b"\0\0\0\x20ftypM4A "])
def test_other_kinds_of_audio_are_known_by_their_first_bytes(head: bytes) -> None:
    reader = AudioReader()
    reader.feed(head.ljust(2000, b"\0"))

    assert reader.conversation() == NEUTRAL


def test_a_large_file_leaves_memory_flat(wav: Any, refund: Any) -> None:
    upload = Upload("multipart/form-data; boundary=b")
    upload.feed(b'--b\r\nContent-Disposition: form-data; name="f.wav"; filename="a.wav"\r\n\r\n')
    head = wav(*refund, samples=0)
    upload.feed(head[:-4] + b"\xff\xff\xff\x7f")
    tracemalloc.start()
    for _ in range(1000):
        upload.feed(b"\x80" * 65536)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    upload.feed(b"\r\n--b--\r\n")

    assert upload.problem(re.compile(r"f\.wav")) is None
    assert upload.audio.conversation() is not None
    assert peak < 1_000_000
