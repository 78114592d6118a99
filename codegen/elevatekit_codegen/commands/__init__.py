"""The commands of `elevatekit-codegen`, one module each, imported only when used."""
