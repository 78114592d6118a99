"""How long `generate`, `check` and `lint` take, beside the stock generator on the same spec.

Whole commands, start of Python included, in turns; the best of some counts: the rest is other
people's.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

ROUNDS: Final = 7
SPEC: Final = Path("spec/openapi.yaml").resolve()


def seconds(folder: Path, *arguments: str) -> float:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=folder,
        env=os.environ | {"PATH": path},
        capture_output=True,
        check=True,
    )
    return time.perf_counter() - began


def large(folder: Path) -> Path:
    """A spec of 5 MB: 1,500 operations, each with a model of its own."""
    document = json.loads(Path("generated/elevatekit/openapi.json").read_text("utf-8"))
    words = "One of many, with as much to say of it as people say of such things. " * 3
    text = {"type": "string", "description": words}
    path, schema = "/things{}", "#/components/schemas/Thing{}"
    document.pop("x-pull")
    document["components"]["schemas"] = {
        f"Thing{n}": {"type": "object", "properties": {f"name{i}": text for i in range(10)}}
        for n in range(1500)
    }
    document["paths"] = {
        path.format(n): {
            "get": {
                "operationId": f"things{n}.read",
                "description": words,
                "responses": {
                    "200": {
                        "description": words,
                        "content": {"application/json": {"schema": {"$ref": schema.format(n)}}},
                    }
                },
            }
        }
        for n in range(1500)
    }
    document["components"] = {
        key: document["components"][key] for key in ("schemas", "securitySchemes")
    }
    document["tags"] = []
    spec = folder / "large.json"
    spec.write_text(json.dumps(document, indent=1), "utf-8")
    return spec


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        spec = ["--spec", str(SPEC)]
        best = {"generate": 9e9, "check": 9e9, "lint": 9e9, "stock": 9e9}
        for turn in range(ROUNDS):
            ours, theirs = f"ours{turn}", f"theirs{turn}"
            took = {
                "generate": seconds(folder, "elevatekit_codegen", "generate", *spec, "--out", ours),
                "check": seconds(folder, "elevatekit_codegen", "check", *spec, "--out", ours),
                "lint": seconds(folder, "elevatekit_codegen", "lint", *spec),
                "stock": seconds(
                    folder,
                    *("openapi_python_client", "generate", "--path", str(SPEC)),
                    *("--meta", "none", "--output-path", theirs),
                ),
            }
            best = {word: min(best[word], took[word]) for word in best}
        great = seconds(folder, "elevatekit_codegen", "lint", "--spec", str(large(folder)))
    generate, check, stock = best["generate"], best["check"], best["stock"]
    print(f"{'generate':<28} {generate:6.2f} s")
    print(f"{'lint':<28} {best['lint']:6.2f} s   target < 1")
    print(f"{'lint of 5 MB':<28} {great:6.2f} s")
    print(f"{'the stock generator':<28} {stock:6.2f} s")
    print(f"{'generate to stock':<28} {generate / stock:6.2f}     target ≤ 1")
    print(f"{'check to generate':<28} {check / generate:6.2f}     target < 1.5")


if __name__ == "__main__":
    main()
