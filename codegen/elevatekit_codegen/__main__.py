"""`python -m elevatekit_codegen`."""

from elevatekit_codegen.cli import main

if __name__ == "__main__":
    main()
