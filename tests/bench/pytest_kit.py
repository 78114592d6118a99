"""What the pytest plugin costs a run that does not use it, and one that does."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from typing import Final

from elevatekit.operations import API
from elevatekit_plugins.testing.staging import set_up, started

RUNS: Final = 10


def main() -> None:
    figures = sorted(_importing() for _ in range(RUNS))
    print(f"the plugin, imported after pytest ({RUNS} runs)")
    print(f"  best        {figures[0] / 1000:6.1f} ms   target ≤ 10 ms")
    print(f"  median      {figures[RUNS // 2] / 1000:6.1f} ms")
    began = time.perf_counter()
    with started(API) as simulator:
        start = time.perf_counter() - began
        began = time.perf_counter()
        for _ in range(1000):
            set_up(simulator, {"quota": 1, "status": {API.operations[0].id: 503}})
        reset = (time.perf_counter() - began) / 1000
    print("the simulator of a session")
    print(f"  start       {start * 1000:6.1f} ms   target ≤ 100 ms")
    print(f"  each test   {reset * 1000:6.1f} ms   target ≤ 5 ms")


def _importing() -> int:
    """Microseconds, as `-X importtime` counts them, of the plugin and all that it imports."""
    command = [sys.executable, "-X", "importtime", "-c", "import pytest, elevatekit._pytest"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    found = re.search(r"(\d+) \| elevatekit\._pytest$", told, re.MULTILINE)
    assert found is not None
    return int(found[1])


if __name__ == "__main__":
    main()
