"""Check the types of every snippet of the reference: `python .ci/snippets.py [FOLDER]`.

That each of them runs is shown by the tests. Each becomes a module that is named after its page, so
that mypy's messages lead there.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "generated" / "reference"


def main(reference: Path) -> int:
    """Let mypy look at them all at once; its exit code."""
    with tempfile.TemporaryDirectory(prefix="elevatekit-snippets-") as folder:
        for page in sorted(reference.rglob("*.md")):
            found = re.findall(r"^```python\n(.*?)^```$", page.read_text("utf-8"), re.M | re.S)
            name = re.sub(r"\W", "_", str(page.relative_to(reference).with_suffix("")))
            for number, source in enumerate(found, start=1):
                Path(folder, f"{name}_{number}.py").write_text(source, "utf-8")
        modules = sorted(map(str, Path(folder).iterdir()))
        if not modules:
            sys.exit(f"there is no snippet below {reference}")
        return subprocess.run([sys.executable, "-m", "mypy", *modules], cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if sys.argv[1:] else REFERENCE))
