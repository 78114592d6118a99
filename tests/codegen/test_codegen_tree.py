"""The output folder: whole or not at all, and nothing in it that was not made."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from elevatekit_codegen import tree
from elevatekit_codegen.render import read_manifest

Snapshot = Callable[[Path], dict[str, bytes]]


def test_the_manifest_lists_every_file_with_its_hash(sdk: Any, snapshot: Snapshot) -> None:
    files = snapshot(sdk.out)
    listed = read_manifest(files.pop("MANIFEST"))
    assert listed == {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}


def test_the_manifest_can_be_checked_by_sha256sum(sdk: Any) -> None:
    done = subprocess.run(
        ["/usr/bin/sha256sum", "--check", "--strict", "--quiet", "MANIFEST"],
        cwd=sdk.out,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_every_file_that_can_hold_a_comment_names_the_command_that_makes_it(
    sdk: Any, snapshot: Snapshot
) -> None:
    for path, data in snapshot(sdk.out).items():
        if path.endswith((".json", "py.typed", "llms.txt")):
            continue
        first = data.decode().splitlines()[0]
        assert "Made by `elevatekit-codegen generate` from the spec." in first, path


def test_files_that_are_no_longer_made_go(workshop: Any) -> None:
    workshop.generate()
    gone = workshop.out / "reference" / "operations" / "books.add.md"
    assert gone.exists()
    workshop.edit("operationId: books.add", "operationId: books.shelve")
    workshop.edit("declare: books.add", "declare: books.shelve")
    workshop.generate()
    assert not gone.exists()
    assert (workshop.out / "reference" / "operations" / "books.shelve.md").exists()


@pytest.mark.parametrize("name", ["notes.txt", "library/extra.py", "reference/.hidden"])
def test_a_file_that_was_not_generated_stops_the_run_and_stays(
    workshop: Any, snapshot: Snapshot, name: str
) -> None:
    workshop.generate()
    (workshop.out / name).write_text("mine")
    before = snapshot(workshop.out)
    workshop.edit("title: Library", "title: Books")
    ran = workshop.run("generate", "--package", "library")
    assert ran.code == 1
    assert f"generated/{name}" in ran.err
    assert snapshot(workshop.out) == before


def test_the_caches_of_python_do_not_count(workshop: Any) -> None:
    workshop.generate()
    cache = workshop.out / "library" / "__pycache__"
    cache.mkdir()
    (cache / "client.cpython-311.pyc").write_bytes(b"")
    assert workshop.run("check", "--package", "library").code == 0
    assert workshop.run("generate", "--package", "library").code == 0


def test_a_run_that_changes_nothing_touches_nothing(workshop: Any) -> None:
    workshop.generate()
    before = os.stat(workshop.out / "MANIFEST")
    assert "unchanged" in workshop.run("generate", "--package", "library").err
    after = os.stat(workshop.out / "MANIFEST")
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


@pytest.mark.parametrize("nth", [1, 5, 17])
def test_a_disk_that_is_full_half_way_leaves_the_old_tree(
    workshop: Any, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    workshop.generate()
    before = snapshot(workshop.folder)
    workshop.edit("title: Library", "title: Books")
    before["spec/openapi.yaml"] = workshop.spec.read_bytes()
    files, written = workshop.files(), list[Path]()
    real = Path.write_bytes

    def write_bytes(path: Path, data: bytes) -> int:
        written.append(path)
        if len(written) == nth:
            raise OSError(28, "No space left on device", str(path))
        return real(path, data)

    monkeypatch.setattr(Path, "write_bytes", write_bytes)
    with pytest.raises(tree.TreeError, match="No space left on device; nothing changed"):
        tree.write(workshop.out, files)
    assert snapshot(workshop.folder) == before


def test_the_new_tree_takes_the_place_of_the_old_in_one_step(
    workshop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At no moment is there a folder with files of both, or none."""
    workshop.generate()
    old = (workshop.out / "MANIFEST").read_bytes()
    workshop.edit("title: Library", "title: Books")
    files, seen = workshop.files(), set[bytes]()
    real = Path.write_bytes

    def write_bytes(path: Path, data: bytes) -> int:
        seen.add((workshop.out / "MANIFEST").read_bytes())
        return real(path, data)

    monkeypatch.setattr(Path, "write_bytes", write_bytes)
    tree.write(workshop.out, files)
    assert seen == {old}
    assert (workshop.out / "MANIFEST").read_bytes() == files["MANIFEST"]
    assert sorted(p.name for p in workshop.folder.iterdir()) == ["generated", "spec"]


KILLED = """
import os, shutil, signal, sys
from pathlib import Path
from elevatekit_codegen import tree
from elevatekit_codegen.render import manifest

def files(word):
    content = {f"pkg/{word}{n}.py": f"{word} {n}".encode() for n in range(4)}
    content["pkg/same.py"] = word.encode()
    return {"MANIFEST": manifest(content), **content}

folder, old, new = Path("out").resolve(), files("old"), files("new")
steps = {"open", "os.mkdir", "os.rename", "os.chmod", "os.remove", "os.rmdir", "ctypes.dlsym"}
killed, found = 0, set()
while True:
    for path in Path().iterdir():
        shutil.rmtree(path)
    tree.write(folder, old)
    if (child := os.fork()) == 0:
        ahead = killed
        def kill(event, arguments):
            global ahead
            ahead -= event in steps
            if ahead < 0 and event in steps:
                os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(kill)
        tree.write(folder, new)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    left = dict(tree.read(folder))
    assert left in (old, new), (killed, sorted(left))
    found.add("new" if left == new else "old")
    tree.write(folder, new)
    assert dict(tree.read(folder)) == new
    if os.WIFEXITED(status):
        assert os.WEXITSTATUS(status) == 0, status
        break
    killed += 1
print(killed, *sorted(found))
"""


def test_a_run_that_is_killed_at_any_step_leaves_the_old_tree_or_the_new(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    killed, *found = done.stdout.decode().split()
    assert int(killed) > 20
    assert found == ["new", "old"]


def test_where_folders_cannot_be_exchanged_two_renames_do(
    workshop: Any, monkeypatch: pytest.MonkeyPatch, snapshot: Snapshot
) -> None:
    workshop.generate()
    monkeypatch.setattr(tree.sys, "platform", "sunos")
    workshop.edit("title: Library", "title: Books")
    files = workshop.files()
    assert tree.write(workshop.out, files)
    assert snapshot(workshop.out) == files
    assert sorted(p.name for p in workshop.folder.iterdir()) == ["generated", "spec"]


def test_a_second_rename_that_fails_brings_the_old_tree_back(
    workshop: Any, monkeypatch: pytest.MonkeyPatch, snapshot: Snapshot
) -> None:
    workshop.generate()
    before, real, renamed = snapshot(workshop.out), Path.rename, list[Path]()

    def rename(path: Path, target: Path) -> Path:
        renamed.append(path)
        if len(renamed) == 2:
            raise OSError(5, "Input/output error", str(path))
        return real(path, target)

    monkeypatch.setattr(tree.sys, "platform", "sunos")
    monkeypatch.setattr(Path, "rename", rename)
    workshop.edit("title: Library", "title: Books")
    files = workshop.files()
    with pytest.raises(tree.TreeError, match="Input/output error; nothing changed"):
        tree.write(workshop.out, files)
    assert snapshot(workshop.out) == before
    assert sorted(p.name for p in workshop.folder.iterdir()) == ["generated", "spec"]


def test_a_folder_of_something_else_is_left_alone_and_not_listed_whole(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"{number:02}.txt").touch()
    with pytest.raises(tree.TreeError, match="choose another folder with --out") as caught:
        tree.write(tmp_path, {"MANIFEST": b""})
    assert str(caught.value).splitlines()[-2:] == [f"  {tmp_path}/19.txt", "  and 10 more"]
    assert len(list(tmp_path.iterdir())) == 30


@pytest.mark.parametrize("make", [Path.touch, os.mkfifo])
@pytest.mark.parametrize("command", ["generate", "check"])
def test_an_output_folder_that_is_no_folder_is_a_usage_error(
    workshop: Any, make: Callable[[Path], None], command: str
) -> None:
    make(workshop.out)
    before = os.lstat(workshop.out)
    ran = workshop.run(command, "--package", "library")
    assert ran.code == 2
    assert "generated is not a folder" in ran.err
    assert sorted(os.listdir(workshop.folder)) == ["generated", "spec"]
    assert os.path.samestat(os.lstat(workshop.out), before)


def test_an_output_folder_that_cannot_be_made_is_named(workshop: Any) -> None:
    (workshop.folder / "taken").write_text("a file")
    ran = workshop.run("generate", "--package", "library", "--out", "taken/generated")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        f"{workshop.folder}/taken/generated cannot be written: File exists; nothing changed;"
        f" make {workshop.folder}/taken writable, or choose another folder with --out\n"
    )


@pytest.mark.parametrize("name", ["../outside.py", "/outside.py", "library/../../outside.py"])
def test_a_path_never_leaves_the_output_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(tree.TreeError, match="outside the output folder"):
        tree.write(tmp_path / "out", {"MANIFEST": b"", name: b"x"})
    assert list(tmp_path.iterdir()) == []
