"""Findings as text, as JSON, and as notes for GitHub."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from elevatekit_codegen.source import Finding
from elevatekit_codegen.workflow import command


def text(findings: Sequence[Finding]) -> str:
    """For people and editors: `file:line:column: message`, a line each."""
    return "".join(f"{finding}\n" for finding in findings)


def as_json(findings: Sequence[Finding]) -> str:
    """For programs: a list of objects, an empty one where nothing is wrong."""
    value = [
        {
            "level": finding.level,
            "file": finding.file,
            "line": finding.mark.line,
            "column": finding.mark.column,
            "message": finding.message,
        }
        for finding in findings
    ]
    return json.dumps(value, indent=2) + "\n"


def github(findings: Sequence[Finding]) -> str:
    """Workflow commands: GitHub shows each beside its line."""
    return "".join(
        command(
            finding.level,
            finding.message,
            file=finding.file,
            line=str(finding.mark.line),
            col=str(finding.mark.column),
        )
        for finding in findings
    )


FORMATS: Final[Mapping[str, Callable[[Sequence[Finding]], str]]] = {
    "text": text,
    "json": as_json,
    "github": github,
}
"""Each format by its name on the command line."""
