"""What the command line lets a folder say that came from somebody: nothing that loosens or takes
what is the user's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import Struct

from elevatekit.operations import API
from elevatekit_plugins import ConfigError
from elevatekit_plugins.cli.config import load_config
from elevatekit_plugins.host.settings import Settings


class Folder(Struct, frozen=True):
    folder: tuple[str, ...]


@pytest.fixture
def own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The configuration file of the user, who is in a folder of his home."""
    own = tmp_path / ".config" / "elevatekit" / "config.toml"
    own.parent.mkdir(parents=True)
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / ".config"))
    return own


@pytest.mark.parametrize(
    ("own", "project", "both"),
    [
        (None, None, None),
        (None, '["a"]', ("a",)),
        ('["a"]', None, ("a",)),
        ('["a"]', '["all"]', ("a",)),
        ('["all"]', '["a"]', ("a",)),
        ('["a", "b", "c"]', '["c", "x", "a"]', ("c", "a")),
        ('["a"]', '["b"]', ()),
    ],
)
def test_a_working_directory_cannot_loosen_the_list_of_what_may_be_loaded(
    own_file: Path,
    own: str | None,
    project: str | None,
    both: tuple[str, ...] | None,
) -> None:
    for path, names in ((own_file, own), (Path("elevatekit.toml"), project)):
        path.write_text("" if names is None else f"only_plugins = {names}\n")

    assert load_config(API).plugins.only == both


@pytest.mark.parametrize(
    "reference",
    [
        "$env:ELEVATEKIT_TOKEN",
        "$env:ELEVATEKIT_OAUTH2__CLIENT_SECRET",
        "$env:QUALITY_SECRET",
        "$env:OTHER_SECRET",
        "$file:~/.config/elevatekit/config.toml",
        "$file:../secret.txt",
        "$file:link.txt",
        "$file:own.txt",
        "$file:../../../../../../../../etc/hostname",
    ],
)
def test_a_working_directory_gets_nothing_that_is_the_user_s(
    own_file: Path, monkeypatch: pytest.MonkeyPatch, reference: str
) -> None:
    own_file.write_text(
        f'token = "hunter2-hunter2"\n[plugins.oauth2]\nclient_secret = "$env:QUALITY_SECRET"\n'
        f'[plugins.x]\ndeep = [{{key = "$file:{Path.cwd() / "own.txt"}"}}]\n'
    )
    for path in (Path("../secret.txt"), Path("own.txt")):
        path.write_text("hunter2-hunter2")
    Path("link.txt").symlink_to(Path("../secret.txt").resolve())
    for name in ("ELEVATEKIT_OAUTH2__CLIENT_SECRET", "QUALITY_SECRET", "OTHER_SECRET"):
        monkeypatch.setenv(name, "hunter2-hunter2")
    monkeypatch.setenv("ELEVATEKIT_VAULT__TOKEN", "$env:OTHER_SECRET")
    Path("elevatekit.toml").write_text(f'[plugins.csv]\nfolder = ["{reference}"]\n')

    settings = Settings(None, load_config(API).plugins.settings)
    with pytest.raises(ConfigError) as caught:
        settings.of("csv", Folder)

    assert f"setting folder: a file in the working directory must not use {reference}:" in str(
        caught.value
    )
    assert "hunter2" not in str(caught.value)


def test_a_working_directory_may_refer_to_its_own_files_and_other_variables(
    own_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEBHOOK", "https://127.0.0.1/")
    Path("title.txt").write_text("Last night\n")
    Path("elevatekit.toml").write_text(
        '[plugins.csv]\nfolder = ["$file:title.txt", "$env:WEBHOOK"]\n'
    )

    settings = Settings(None, load_config(API).plugins.settings).of("csv", Folder)

    assert settings.struct.folder == ("Last night", "https://127.0.0.1/")
