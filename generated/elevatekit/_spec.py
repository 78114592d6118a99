# Made by `elevatekit-codegen generate` from the spec. Do not edit: change the spec or a template.
"""Which spec this package was made from."""

from typing import Final

VERSION: Final = "0.1.0"
"""`info.version` of the spec."""

SHA256: Final = "3d99d3030694679cc914060802cf9e2dfd0761fa83e71ed503aebdec85160cfe"
"""Of the bytes of the spec."""
