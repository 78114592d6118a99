"""What judges beside the diff call broken: griffe, the wire, click, columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from elevatekit_codegen.diff.compare import Comparison

from .copies import Copy
from .judge_by_griffe import by_griffe
from .judge_by_use import by_columns, by_commands
from .judge_by_wire import by_wire


@dataclass(frozen=True)
class Verdict:
    """What each judge calls broken."""

    griffe: set[str]
    """Symbols, in the words of the diff."""
    wire: set[str]
    """Operations, by their new id; `*` for all."""
    cli: set[str]
    """Commands, by their old words."""
    export: set[str]
    """Tables and columns."""

    def missed(self, comparison: Comparison) -> set[str]:
        """What griffe calls a break and the comparison does not."""
        return self.griffe - {c.symbol for c in comparison.changes if c.impact.word == "breaking"}

    def overlooked(self, comparison: Comparison) -> set[str]:
        """What the others call a break and the comparison does not: griffe sees none of it."""
        told = [c for c in comparison.changes if c.impact.word == "breaking"]
        symbols = {change.symbol for change in told}
        operations = {id for change in told for id in change.operations}
        commands = [f"{change.symbol} " for change in told if change.area == "cli"]
        return {
            *(id for id in self.wire if id not in operations and not (id == "*" and told)),
            # A table that is gone takes its columns along.
            *(s for s in self.export if not {s, s.rpartition(".")[0]} & symbols),
            *(w for w in self.cli if not any(c.startswith(f"elevatekit {w} ") for c in commands)),
        }

    def invented(self, comparison: Comparison) -> list[str]:
        """What the comparison calls a break and no judge does."""
        return [
            f"{change.symbol}: {change.what}"
            for change in comparison.changes
            if change.impact.word == "breaking" and not self._is_confirmed(change)
        ]

    def _is_confirmed(self, change: Any) -> bool:
        if "*" in self.wire or change.symbol in self.griffe | self.export:
            return True
        if change.area == "cli":
            return any(f"{change.symbol} ".startswith(f"elevatekit {w} ") for w in self.cli)
        if change.area == "export":
            return False
        return any(id in self.wire for id in change.operations)


def judge(old: Copy, new: Copy) -> Verdict:
    """Ask them all."""
    return Verdict(
        griffe=set(by_griffe(old, new)),
        wire=set(by_wire(old.value, new.value)),
        cli=set(by_commands(old, new)),
        export=set(by_columns(old, new)),
    )
