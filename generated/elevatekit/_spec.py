# Made by `elevatekit-codegen generate` from the spec. Do not edit: change the spec or a template.
"""Which spec this package was made from."""

from typing import Final

VERSION: Final = "0.1.0"
"""`info.version` of the spec."""

SHA256: Final = "cbad84b81255ce16a6917ea15b0b85f9b2e929d04bc50818bfb7a1a77f020d9b"
"""Of the bytes of the spec."""
