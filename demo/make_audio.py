"""Makes the two recordings of the demo: `python demo/make_audio.py [FOLDER]`.

Equal bytes on every machine, so that a test can hold the committed files against it. The first
recording beeps in turn for its two speakers and carries what they say as text, in the comment of
its `LIST`/`INFO` chunk, which is where the simulator reads it: it has no ears. The second is a
complete WAV file without a single sample, as a recorder leaves it that was never switched on;
its processing fails.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterable
from pathlib import Path

FOLDER = Path(__file__).parent / "conversations"

RATE = 8000
"""Samples a second: telephone quality."""

LOUDNESS = 40
"""How far a sample of 8 bits goes from its middle, 128."""

BILLING_CALL = """\
agent: Thank you for calling Larkspur Energy, my name is Grace. How can I help you?
customer: Hello. You have taken my payment for August twice, on the 3rd and again on the 5th.
agent: I am sorry about that. May I have your name and your customer number?
customer: Oliver Brandt, and the number is 30 77 415.
agent: Thank you, Mr. Brandt. I see two payments of $118.40. The second one should not be there.
customer: I need it back before Friday. My rent goes out then.
agent: I have refunded $118.40 to your bank account. It will be there on Thursday.
customer: And will it happen again in September?
agent: No. The second payment order has been cancelled, and a letter has been sent to you about it.
customer: Good. If not, which number should I call?
agent: Please call 555-0135 and ask for the billing team. Is there anything else?
customer: No, that was all. Thank you, Grace.
"""


def chunk(name: bytes, data: bytes) -> bytes:
    """A RIFF chunk; one of an odd length is followed by a zero that its size does not count."""
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def wav(samples: bytes, comment: str = "") -> bytes:
    """A WAV file of one channel of 8 bits, with a comment if there is one."""
    mono, bits = 1, 8
    form = struct.pack("<HHIIHH", 1, mono, RATE, RATE * mono * bits // 8, mono * bits // 8, bits)
    # Text in an INFO chunk ends with a zero.
    info = chunk(b"LIST", b"INFO" + chunk(b"ICMT", comment.encode() + b"\0")) if comment else b""
    return chunk(b"RIFF", b"WAVE" + chunk(b"fmt ", form) + info + chunk(b"data", samples))


def tone(period: int, count: int) -> bytes:
    """`count` samples of a triangle that repeats every `period` samples.

    Whole numbers only: a sine may differ in its last digit from one C library to the next.
    """
    half = period // 2
    return bytes(
        128 - LOUDNESS + 2 * LOUDNESS * abs((n + half // 2) % period - half) // half
        for n in range(count)
    )


def beeps(periods: Iterable[int]) -> bytes:
    """A short tone for each period, with as much silence after each."""
    length = RATE // 16
    return b"".join(tone(period, length) + b"\x80" * length for period in periods)


def recordings() -> dict[str, bytes]:
    """Both recordings, by file name."""
    voices = {"agent": 40, "customer": 24}
    speakers = [line.partition(":")[0] for line in BILLING_CALL.splitlines()]
    return {
        "billing-call.wav": wav(beeps(voices[speaker] for speaker in speakers), BILLING_CALL),
        "empty-recording.wav": wav(b""),
    }


def main(folder: Path) -> None:
    """Write both recordings into a folder."""
    for name, data in recordings().items():
        folder.joinpath(name).write_bytes(data)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
