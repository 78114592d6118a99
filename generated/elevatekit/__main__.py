# Made by `elevatekit-codegen generate` from the spec. Do not edit: change the spec or a template.
"""The command line: `elevatekit`, and `python -m elevatekit`."""

from elevatekit.operations import API
from elevatekit_plugins.cli.app import run


def main() -> None:
    """Run a command and exit with its code."""
    run(API)


if __name__ == "__main__":
    main()
