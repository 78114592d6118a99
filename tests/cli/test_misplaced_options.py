"""An option in the wrong place is told where it goes."""

from __future__ import annotations

import pytest

from elevatekit.operations import API
from elevatekit_plugins.cli.app import main

CASES = [
    ("--plugin x.py pull", "--plugin must come after the command: elevatekit pull ... --plugin"),
    ("gen-ai --token-file t cx summary", "elevatekit gen-ai cx summary ... --token-file"),
    (
        "plugins --plugin=x.py list",
        "--plugin must come after the command: elevatekit plugins list ...",
    ),
    ("--plugin", "--plugin must come after a command, and none is given"),
    ("gen-ai cx summary --version", "--version must come before the command: elevatekit --version"),
    ("plugins list --pluggin x.py", "No such option '--pluggin'. (Did you mean one of"),
    ("--nonsense pull", "No such option '--nonsense'."),
]


@pytest.mark.parametrize(("line", "told"), CASES)
def test_an_option_in_the_wrong_place_is_told_where_it_goes(
    line: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(API, line.split()) == 2
    out, err = capsys.readouterr()
    assert (out, told in err) == ("", True), err
