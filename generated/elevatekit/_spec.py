# Made by `elevatekit-codegen generate` from the spec. Do not edit: change the spec or a template.
"""Which spec this package was made from."""

from typing import Final

VERSION: Final = "0.1.0"
"""`info.version` of the spec."""

SHA256: Final = "8acf8dc42c36b63942d603937b4e10c6be643c32dc087da70fd502c44981d0a3"
"""Of the bytes of the spec."""
