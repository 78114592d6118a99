# Made by `elevatekit-codegen generate` from the spec. Do not edit: change the spec or a template.
"""Which spec this package was made from."""

from typing import Final

VERSION: Final = "0.1.0"
"""`info.version` of the spec."""

SHA256: Final = "c9f605a54a06625093dd6e0ca519a648392e3d8126fb442a3ce6fe95e8975a8d"
"""Of the bytes of the spec."""
