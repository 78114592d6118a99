"""A comparison as text, as release notes in Markdown, as JSON, and as notes for GitHub."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal

from elevatekit_codegen.diff.changes import AREAS, Area, Change, Impact, counted
from elevatekit_codegen.diff.compare import Comparison
from elevatekit_codegen.workflow import command

_SHOWN: Final = 3
"""Operations that a line names; the JSON names them all."""

_HEADINGS: Final = {
    Impact.BREAKING: "Breaking changes",
    Impact.ADDITIVE: "New",
    Impact.NONE: "Without effect on what you have",
}
_ANNOTATIONS: Final[Mapping[Impact, Literal["error", "notice", "debug"]]] = {
    Impact.BREAKING: "error",
    Impact.ADDITIVE: "notice",
    Impact.NONE: "debug",
}


def text(comparison: Comparison) -> str:
    """For people at a terminal: by area, the worst first."""
    if not comparison.changes:
        return "nothing changed\n"
    lines = [_counts(comparison), _version(comparison)]
    for area, heading in AREAS.items():
        told = list(_told(change for change in comparison.changes if change.area == area))
        if told:
            lines += ["", heading]
        for change, symbols, what in told:
            lines += _listed(f"  {change.impact.word:<8}  ", symbols, what)
    if comparison.cassettes:
        lines += ["", "Stale cassettes", *(f"  {name}" for name in comparison.cassettes)]
    return "\n".join([*lines, ""])


def markdown(comparison: Comparison) -> str:
    """Release notes: by what people have to do about it."""
    version = comparison.version
    lines = [f"## {version.least or version.step}", ""]
    if not comparison.changes:
        return "\n".join([*lines, "Nothing changed.", ""])
    for impact, heading in _HEADINGS.items():
        told = list(_told(change for change in comparison.changes if change.impact is impact))
        if told:
            lines += [f"### {heading}", ""]
            for change, symbols, what in told:
                quoted = [f"`{symbol}`" for symbol in symbols]
                lines += _listed(f"- **{AREAS[change.area]}** ", quoted, what, "  - ")
            lines.append("")
    if comparison.cassettes:
        files = (f"- `{name}`" for name in comparison.cassettes)
        lines += ["### Cassettes to record anew", "", *files, ""]
    return "\n".join(lines)


def _told(changes: Iterable[Change]) -> Iterator[tuple[Change, list[str], str]]:
    """Each change, the symbols that it is told of, and what: the same of many is told once."""
    alike: dict[tuple[Impact, Area, str], list[Change]] = {}
    for change in changes:
        what = f"{change.what}{_context(change)}"
        alike.setdefault((change.impact, change.area, what), []).append(change)
    for (_, _, what), same in alike.items():
        yield same[0], [change.symbol for change in same], what


def _listed(head: str, symbols: Sequence[str], what: str, item: str = "") -> Iterator[str]:
    """One line; or, where the same is so of several things, what it is, and a line for each."""
    if len(symbols) == 1:
        yield f"{head}{symbols[0]}: {what}"
        return
    yield f"{head}{what}:"
    yield from (f"{item or ' ' * (len(head) + 2)}{symbol}" for symbol in symbols)


def as_json(comparison: Comparison) -> str:
    """For programs: everything."""
    version = comparison.version
    value = {
        "old": comparison.old.file,
        "new": comparison.new.file,
        "impact": None if comparison.impact is None else comparison.impact.word,
        "version": {
            "step": version.step,
            "old": version.old,
            "least": version.least,
            "said": version.said,
            "enough": version.is_enough,
        },
        "changes": [
            {
                "impact": change.impact.word,
                "area": change.area,
                "symbol": change.symbol,
                "what": change.what,
                "operations": change.operations,
                "line": comparison.new.finding(change.pointer, "").mark.line,
            }
            for change in comparison.changes
        ],
        "cassettes": comparison.cassettes,
    }
    return json.dumps(value, indent=2) + "\n"


def github(comparison: Comparison) -> str:
    """Workflow commands: GitHub shows each beside the line of the new document.

    What has no effect is shown where a run is debugged, and nowhere else.
    """
    # A document of a revision is shown at its path.
    file = comparison.new.file.rpartition(":")[2]
    lines: list[str] = []
    for change in comparison.changes:
        kind = _ANNOTATIONS[change.impact]
        at = {
            "file": file,
            "line": str(comparison.new.finding(change.pointer, "").mark.line),
            "title": f"{change.impact.word}: {AREAS[change.area]}",
        }
        lines.append(command(kind, _line(change), **({} if kind == "debug" else at)))
    return "".join([*lines, command("notice", _summary(comparison))])


def _counts(comparison: Comparison) -> str:
    """`3 changes: 1 breaking, 2 additive`"""
    parts = [
        f"{count} {impact.word if impact else 'without effect'}"
        for impact in _HEADINGS
        if (count := sum(change.impact is impact for change in comparison.changes))
    ]
    return f"{counted(len(comparison.changes), 'change')}: {', '.join(parts)}"


def _version(comparison: Comparison) -> str:
    """`version: 0.2.0 or later, from 0.1.0 (minor): …`"""
    version = comparison.version
    step = f"version: {version.step}"
    if version.least is not None:
        step = f"version: {version.least} or later, from {version.old} ({version.step})"
    told = f"{step}: {version.rule}"
    return told if version.is_enough else f"{told}; info.version still says {version.said}"


def _summary(comparison: Comparison) -> str:
    if not comparison.changes:
        return "nothing changed"
    return f"{_counts(comparison)}; {_version(comparison)}"


def _line(change: Change) -> str:
    return f"{change.symbol}: {change.what}{_context(change)}"


def _context(change: Change) -> str:
    """The calls that it concerns, where the symbol does not name them."""
    names = [f"client.{id}" for id in change.operations]
    if change.area != "python" or change.symbol.startswith("client.") or not names:
        return ""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f" ({', '.join(names[:_SHOWN])}{more})"


FORMATS: Final[Mapping[str, Callable[[Comparison], str]]] = {
    "text": text,
    "markdown": markdown,
    "json": as_json,
    "github": github,
}
"""Each format by its name on the command line."""
