# Made by `elevatekit-codegen generate` from the spec. Do not edit: change the spec or a template.
"""Which spec this package was made from."""

from typing import Final

VERSION: Final = "0.1.0"
"""`info.version` of the spec."""

SHA256: Final = "05bc5964fad0a8ddd32e1ef5da5f102064a784ebc898be702c657a305c40c255"
"""Of the bytes of the spec."""
