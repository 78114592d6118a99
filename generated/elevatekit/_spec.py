# Made by `elevatekit-codegen generate` from the spec. Do not edit: change the spec or a template.
"""Which spec this package was made from."""

from typing import Final

VERSION: Final = "0.1.0"
"""`info.version` of the spec."""

SHA256: Final = "082c1414125407d93a2f0be139bef815645406e1b8507fb6649ce7fa429c7236"
"""Of the bytes of the spec."""
