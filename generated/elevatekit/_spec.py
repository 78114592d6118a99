# Made by `elevatekit-codegen generate` from the spec. Do not edit: change the spec or a template.
"""The spec that this package was generated from."""

from typing import Final

VERSION: Final = "0.1.0"
"""`info.version` of the spec."""

SHA256: Final = "006036ea906570103cb1dcefff0514961010d3577d2371ae9948bc1ff98bd2c7"
"""The digest of the spec, with LF as line end."""
