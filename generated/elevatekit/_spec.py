# Made by `elevatekit-codegen generate` from the spec. Do not edit: change the spec or a template.
"""The spec that this package was generated from."""

from typing import Final

VERSION: Final = "0.1.0"
"""`info.version` of the spec."""

SHA256: Final = "b3d55e7dbc9ae9e0281165fb4dd8a4769a6b625a392ebfe3b67adc69ca11d689"
"""The digest of the spec, with LF as line end."""
