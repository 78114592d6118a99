# Made by `elevatekit-codegen generate` from the spec. Do not edit: change the spec or a template.
"""Which spec this package was made from."""

from typing import Final

VERSION: Final = "0.1.0"
"""`info.version` of the spec."""

SHA256: Final = "63493330383cc439a54cb5be7adf0bbb2da2e3e6d3f581fbab88b516f430934a"
"""Of the bytes of the spec."""
