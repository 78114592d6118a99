"""How much is generated for an operation: the lines that are gone when it is not in the spec.

Client, table and command line together; models are counted apart, as they are with the stock
generator, whose modules for one operation stand beside.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from statistics import mean
from typing import Final

from elevatekit_codegen.assemble import assemble
from elevatekit_codegen.lint import vetted
from elevatekit_codegen.loading import load
from elevatekit_codegen.reading import Spec
from elevatekit_codegen.render import render

SPEC: Final = Path("spec/openapi.yaml")
TARGET: Final = 60


def lines(spec: Spec) -> Mapping[str, int]:
    """The length of each module, the models aside."""
    return {
        path: data.count(b"\n")
        for path, data in render(assemble(spec, "elevatekit")).items()
        if path.endswith(".py") and not path.endswith("/models.py")
    }


def reasons(spec: Spec, id: str) -> Iterator[str]:
    """What else goes with an operation."""
    (row,) = (o.row for o in spec.operations if o.row.id == id)
    group = id.rpartition(".")[0]
    if row.waiter is not None:
        yield f"three methods: {row.waiter.method} and {row.waiter.method}_all wait for it"
    if sum(o.row.id.startswith(f"{group}.") for o in spec.operations) == 1:
        yield f"with it goes the group {group}"
    if len(spec.tables[id]) > 1:
        yield f"{len(spec.tables[id])} export tables"


def stock() -> float:
    """Lines of the stock generator's modules for an operation, on average."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        command = ["openapi_python_client", "generate", "--path", str(SPEC), "--meta", "none"]
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        subprocess.run(
            [sys.executable, "-m", *command, "--output-path", str(out)],
            env=os.environ | {"PATH": path},
            capture_output=True,
            check=True,
        )
        modules = [p for p in (out / "api").rglob("*.py") if p.name != "__init__.py"]
        return mean(p.read_bytes().count(b"\n") for p in modules)


def main() -> None:
    spec = vetted(load(SPEC))
    whole = lines(spec)
    gone: dict[str, int] = {}
    for operation in spec.operations:
        rest = lines(replace(spec, operations=tuple(o for o in spec.operations if o != operation)))
        gone[operation.row.id] = sum(whole.values()) - sum(rest.values())
    many = {id for id, count in gone.items() if count > TARGET}
    for id, count in sorted(gone.items(), key=lambda item: -item[1]):
        print(f"{id:<36} {count:5}   {'; '.join(reasons(spec, id)) if id in many else ''}".rstrip())
    print(f"{'operations of more than ' + str(TARGET):<36} {len(many):5}   of {len(gone)}")
    print(f"{'an operation, on average':<36} {mean(gone.values()):7.1f}   target ≤ {TARGET}")
    print(f"{'the stock generator, on average':<36} {stock():7.1f}   for comparison")


if __name__ == "__main__":
    main()
