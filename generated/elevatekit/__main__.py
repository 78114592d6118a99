# Made by `elevatekit-codegen generate` from the spec. Do not edit: change the spec or a template.
"""The command line: `elevatekit`, and `python -m elevatekit`."""


def main() -> None:
    """Run a command and exit with its code."""
    try:
        from elevatekit.operations import API
        from elevatekit_plugins.cli.app import run
    except KeyboardInterrupt:
        # Imports take a moment, in which people change their mind, too.
        raise SystemExit(130) from None
    run(API)


if __name__ == "__main__":
    main()
