"""Exit codes that commands return; `cli/app.py` gives those of errors."""

from __future__ import annotations

from typing import Final

DONE_WITH_REJECTS: Final = 3
"""Everything was done that could be, and something is missing."""
DIFFERENT: Final = 3
"""Everything was looked at, and something is not as the spec says, or could not be told."""
