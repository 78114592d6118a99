"""Write an edited spec so that every line that does not change stays as it is.

ruamel.yaml keeps comments and order, but lays lines out in its own way. So the document is written
twice, before the edit and after it, and what differs between the two is carried over into the
text as people wrote it: a merge of three.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any, Final

from ruamel.yaml import YAML

from elevatekit_codegen.loading import parse

Edit = Callable[[Any], None]

_MARK: Final = "\ufeff"
_DEEP: Final = 4
"""Columns up to which a line is the heading of what stands below it: an operation, a schema."""


def edited(file: str, text: str, edit: Edit) -> str:
    """The text of a spec after an edit of its tree.

    Args:
        text: YAML or JSON that `loading.parse` has read without complaint. Its line ends, its last
            one or none, and a byte order mark stay what they are.
    """
    if text.startswith(_MARK):
        return _MARK + edited(file, text.removeprefix(_MARK), edit)
    if text.lstrip().startswith("{"):
        tree = json.loads(text)
        edit(tree)
        return json.dumps(tree, indent=2, ensure_ascii=False) + "\n"
    yaml: Any = YAML()
    yaml.preserve_quotes = True
    yaml.width = 100
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.brace_single_entry_mapping_in_flow_sequence = True
    plain = text.replace("\r\n", "\n")
    tree = yaml.load(plain)
    base = _dumped(yaml, tree)
    edit(tree)
    after = _dumped(yaml, tree)
    lines = _merged(plain.removesuffix("\n").split("\n"), _lines(base), _lines(after))
    result = "\n".join(lines) + ("\n" if plain.endswith("\n") else "")
    if parse(file, result.encode()).value != parse(file, after.encode()).value:
        result = after  # the layout is worth less than what it says
    return result.replace("\n", "\r\n") if "\r\n" in text else result


def _dumped(yaml: Any, tree: Any) -> str:
    stream = io.StringIO()
    yaml.dump(tree, stream)
    return stream.getvalue()


def _merged(ours: Sequence[str], base: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """Our lines, but theirs where they differ from the base."""
    to_ours, to_theirs = _equal(base, ours), _equal(base, theirs)
    merged: list[str] = []
    at_ours = at_base = at_theirs = 0
    for line in (*range(len(base)), len(base)):
        end = line == len(base)
        if not end and not (line in to_ours and line in to_theirs):
            continue
        until_ours = len(ours) if end else to_ours[line]
        until_theirs = len(theirs) if end else to_theirs[line]
        old, new = ours[at_ours:until_ours], theirs[at_theirs:until_theirs]
        merged += old if base[at_base:line] == new else _with_comments(old, new)
        if not end:
            merged.append(ours[until_ours])
        at_ours, at_base, at_theirs = until_ours + 1, line + 1, until_theirs + 1
    return merged


def _equal(one: Sequence[str], other: Sequence[str]) -> dict[int, int]:
    """The lines of one text that the other has too, by number."""
    blocks = _matcher(one, other).get_matching_blocks()
    return {b.a + offset: b.b + offset for b in blocks for offset in range(b.size)}


def _matcher(one: Sequence[str], other: Sequence[str]) -> SequenceMatcher[tuple[str, ...]]:
    """Compares texts line by line, each with its headings: many blocks of a spec are alike."""
    return SequenceMatcher(None, [*_placed(one)], [*_placed(other)], autojunk=False)


def _placed(lines: Sequence[str]) -> Iterator[tuple[str, ...]]:
    headings: list[tuple[int, str]] = []
    for line in lines:
        text = line.lstrip()
        column = len(line) - len(text)
        if text and not text.startswith("#"):
            headings = [heading for heading in headings if heading[0] < column]
            if column <= _DEEP:
                headings.append((column, text))
        yield (*(heading for _, heading in headings), line)


def _lines(text: str) -> list[str]:
    # Where ruamel breaks a mapping on one line, it leaves a space behind.
    return [line.rstrip() for line in text.removesuffix("\n").split("\n")]


def _with_comments(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """The new lines with the comments of the old ones, and with the blank lines below them.

    ruamel.yaml removes both with a value, although the heading of what follows is among them.
    """
    body, space = _parted(new)[0], _parted(old)[1]
    lost = [line for line in _parted(old)[0] if _is_space(line) and line.strip()]
    return [*body, *(line for line in lost if line not in body), *space]


def _parted(lines: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """The lines, and the comments and empty lines at their end."""
    end = len(lines)
    while end and _is_space(lines[end - 1]):
        end -= 1
    return lines[:end], lines[end:]


def _is_space(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def unified(name: str, old: str, new: str) -> str:
    """What differs between two texts of a spec, as a unified diff that `git apply` takes."""
    # Where lines end with a carriage return, it is a part of them.
    before, after = (_ended(text) for text in (old, new))
    lines: list[str] = []
    for group in _matcher(before, after).get_grouped_opcodes(3):
        _, one, _, other, _ = group[0]
        _, _, one_end, _, other_end = group[-1]
        lines.append(f"@@ -{_range(one, one_end)} +{_range(other, other_end)} @@")
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                lines += [f" {line}" for line in before[i1:i2]]
            else:
                lines += [f"-{line}" for line in before[i1:i2]]
                lines += [f"+{line}" for line in after[j1:j2]]
    head = [f"--- a/{name}", f"+++ b/{name}"] if lines else []
    return "".join(f"{line}\n" for line in [*head, *lines])


def _ended(text: str) -> list[str]:
    lines = text.split("\n")
    last = lines.pop()
    return [*lines, f"{last}\n\\ No newline at end of file"] if last else lines


def _range(start: int, end: int) -> str:
    return f"{start + 1 if end > start else start},{end - start}"
