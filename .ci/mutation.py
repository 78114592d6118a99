"""Change the code in small ways, and watch the tests fail: `python .ci/mutation.py [NAME…]`.

A test that stays green with `<` for `<=` holds nothing there. Each mutant of the modules below is
tried with the tests beside them; nine of ten must be killed. One that lives must stand in
`tests/mutation/survivors.toml`, with the reason why no test can or should see it; so a new one
fails this run, and one that is killed by now has to be taken out.

mutmut is not used. Tried with 3.8.1 on `calls.engine` and `calls.quota`, it wrote its mutants, ran
the 222 tests, saw none of them reach a mutant and stopped ("could not find any test case"); the
packages are an editable install of three folders. This forks a process for each mutant, which
imports that module from a changed syntax tree, so that nothing is copied and no file is touched.
"""

from __future__ import annotations

import ast
import importlib
import os
import signal
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parent.parent
PLUGINS: Final = ROOT / "plugins" / "elevatekit_plugins"
SURVIVORS: Final = ROOT / "tests" / "mutation" / "survivors.toml"
SHARE: Final = 0.9
EVERY: Final = int(os.environ.get("ELEVATEKIT_EVERY", "1"))
"""Every how manieth mutant is tried: 10 gives a first impression."""
SECONDS: Final = 120
"""After which a mutant counts as killed: it waits for something that never comes."""

PRELOADED: Final = ("anyio", "hypothesis", "httpx2", "msgspec", "respx", "rich", "xdist.plugin")
"""What no process has to import again: of a mutant's time it would be most."""

CALLS: Final = (
    "tests/calls/test_engine.py",
    "tests/calls/test_engine_budget.py",
    "tests/calls/test_deadline.py",
    "tests/calls/test_engine_plugins.py",
    "tests/calls/test_engine_secrets.py",
    "tests/calls/test_engine_transports.py",
)
PIECES: Final = ("tests/calls/test_pieces.py", "tests/calls/test_outcomes.py")
SELDOM: Final = (
    "tests/calls/test_refreshing.py",
    "tests/calls/test_settling.py",
    "tests/calls/test_patience.py",
)
TESTS: Final = {
    "calls.bucket": (*PIECES, *CALLS),
    "calls.engine": (*CALLS, *PIECES, *SELDOM),
    "calls.group": ("tests/calls/test_group.py", *PIECES),
    "calls.guard": (*CALLS, *PIECES, "tests/calls/test_settling.py"),
    "calls.limiter": ("tests/calls/test_limiter.py", "tests/calls/test_group.py", *PIECES, *CALLS),
    "calls.outcome": (*CALLS, *PIECES, *SELDOM),
    "calls.quota": (*PIECES, *CALLS, "tests/calls/test_settling.py"),
    "calls.retry_after": ("tests/calls/test_retry_after.py", *PIECES),
    "calls.retrying": (*CALLS, *PIECES, "tests/calls/test_patience.py"),
    "calls.signing": (*CALLS, "tests/calls/test_refreshing.py"),
    "builtin.retry.standard": (*PIECES, *CALLS),
    "secrecy": (*PIECES, "tests/client/test_client_values.py"),
}
"""Those that are quick to fail first."""

COMPARISONS: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
ARITHMETIC: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
}  # fmt: skip
NAMES: Final = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True)
class Mutant:
    """One change: the n-th of those that look the same in the same place."""

    module: str
    name: str
    tree: ast.Module


class _Mutations(ast.NodeVisitor):
    """Finds what can be changed. Types, docstrings and the log decide nothing, and stay."""

    def __init__(self) -> None:
        self.found: list[tuple[str, ast.AST, ast.AST, ast.AST, str, int | None]] = []
        self._where: list[str] = []

    def generic_visit(self, node: ast.AST) -> None:
        for field, value in ast.iter_fields(node):
            if field in ("annotation", "returns", "decorator_list", "type_params"):
                continue
            if isinstance(node, ast.ClassDef) and field == "keywords":
                continue  # `frozen=True`
            many = value if isinstance(value, list) else [value]
            for index, child in enumerate(many):
                if isinstance(child, ast.AST):
                    place = index if isinstance(value, list) else None
                    for changed in _changes(child):
                        where = ".".join(self._where) or "module"
                        self.found.append((where, child, changed, node, field, place))
                    self.visit(child)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._inside(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._inside(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        if not any(isinstance(b, ast.Name) and b.id == "Protocol" for b in node.bases):
            self._inside(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None: ...  # for people

    def visit_Call(self, node: ast.Call) -> None:
        if not ast.unparse(node.func).startswith(("log.", "TypeVar", "logging.")):
            self.generic_visit(node)

    def _inside(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        self._where.append(node.name)
        self.generic_visit(node)
        self._where.pop()


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(left=left, ops=ops, comparators=values):
            for n, op in enumerate(ops):
                yield ast.Compare(left, [*ops[:n], COMPARISONS[type(op)](), *ops[n + 1 :]], values)
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.BinOp(left=left, op=op, right=right) if type(op) in ARITHMETIC:
            yield ast.BinOp(left, ARITHMETIC[type(op)](), right)
        case ast.AugAssign(target=target, op=op, value=value) if type(op) in ARITHMETIC:
            yield ast.AugAssign(target, ARITHMETIC[type(op)](), value)
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value) | float(value)):
            yield ast.Constant(value + 1)
        case ast.Name(id=id, ctx=ctx) if id in NAMES:
            yield ast.Name(NAMES[id], ctx)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield ast.IfExp(ast.UnaryOp(ast.Not(), test), body, orelse)
        case ast.If(test=ast.Name() | ast.Attribute() | ast.Call() as test):
            yield ast.If(ast.UnaryOp(ast.Not(), test), node.body, node.orelse)
        case ast.Return(value=value) if value is not None and not isinstance(value, ast.Constant):
            yield ast.Return(ast.Constant(None))
        case ast.Raise() | ast.Break() | ast.Continue():
            yield ast.Pass()
        case ast.Expr(value=ast.Call() | ast.YieldFrom()) if not ast.unparse(node).startswith(
            "log"
        ):
            yield ast.Pass()
        case _:
            pass


def mutants(module: str) -> Iterator[Mutant]:
    """Every mutant of a module; only one exists at a time."""
    tree = ast.parse(_path(module).read_text("utf-8"))
    visitor = _Mutations()
    visitor.visit(tree)
    seen = Counter[str]()
    for where, before, after, parent, field, index in visitor.found:
        name = f"{where}: {_line(before)} -> {_line(after)}"
        seen[name] += 1
        ast.copy_location(after, before)
        _put(parent, field, index, after)
        ast.fix_missing_locations(tree)
        yield Mutant(module, name if seen[name] == 1 else f"{name} ({seen[name]})", tree)
        _put(parent, field, index, before)


def _put(parent: ast.AST, field: str, index: int | None, node: ast.AST) -> None:
    if index is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[index] = node


def _line(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())[:90]


def _path(module: str) -> Path:
    return PLUGINS.joinpath(*module.split(".")).with_suffix(".py")


class Planted(MetaPathFinder, SourceFileLoader):
    """Imports one module from a syntax tree."""

    def __init__(self, mutant: Mutant) -> None:
        super().__init__(f"elevatekit_plugins.{mutant.module}", str(_path(mutant.module)))
        self._tree = mutant.tree

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        return spec_from_file_location(name, self.path, loader=self) if name == self.name else None

    def get_code(self, fullname: str) -> CodeType:
        code: CodeType = compile(self._tree, self.path, "exec")
        return code


def start(module: str, mutant: Mutant | None = None) -> int:
    """Try a mutant in a process of its own, whose exit code is 0 where it lives."""
    pid = os.fork()
    if pid:
        return pid
    signal.alarm(SECONDS)
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    if mutant:
        sys.meta_path.insert(0, Planted(mutant))
    code = 1
    try:
        options = ["-x", "-q", "-n", "0", "-p", "no:randomly", "--assert=plain"]
        code = int(pytest.main([*options, *TESTS[module]]))
    finally:
        os._exit(code)


def survivors_of(modules: list[str]) -> tuple[list[str], int]:
    """The names of the mutants that live, and how many there were."""
    workers = os.cpu_count() or 1
    running: dict[int, str] = {}
    alive: list[str] = []
    count = 0

    def ended() -> None:
        pid, status = os.wait()
        name = running.pop(pid)
        if status == 0:
            alive.append(name)
            print(f"lives  {name}", flush=True)

    for module in modules:
        if os.waitpid(start(module), 0)[1]:
            sys.exit(f"red without any mutant: {' '.join(TESTS[module])}")
        before = count
        for number, mutant in enumerate(mutants(module)):
            if number % EVERY:
                continue
            count += 1
            if len(running) >= workers:
                ended()
            running[start(module, mutant)] = f"{module}: {mutant.name}"
        print(f"       {module}: {count - before} mutants", flush=True)
    while running:
        ended()
    return alive, count


def main(names: list[str]) -> int:
    """Try the mutants of the named modules, or of all; the exit code is 1 where too many live."""
    if unknown := set(names) - set(TESTS):
        sys.exit(f"no tests are named for {', '.join(sorted(unknown))} in {Path(__file__).name}")
    modules = names or list(TESTS)
    os.chdir(ROOT)
    for module in PRELOADED:
        importlib.import_module(module)
    listed = {
        one["mutant"]: one["reason"]
        for one in tomllib.loads(SURVIVORS.read_text("utf-8"))["survivor"]
    }
    known = {name for name in listed if name.partition(": ")[0] in modules}
    alive, count = survivors_of(modules)
    killed = count - len(alive)
    # Of a sample nobody knows whether what is listed was among it.
    new, gone = set(alive) - known, known - set(alive) if EVERY == 1 else set[str]()
    for name in sorted(new):
        print(f"NEW    {name}: test it, or list it with a reason in {SURVIVORS.relative_to(ROOT)}")
    for name in sorted(gone):
        print(f"GONE   {name}: it is killed, or is no mutant any more; take it off the list")
    print(f"{killed} of {count} mutants killed, {killed / count:.1%}   target ≥ {SHARE:.0%}")
    return int(bool(new or gone) or killed < SHARE * count)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
