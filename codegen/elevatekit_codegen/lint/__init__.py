"""Reports every problem of a spec in one run, with line and column."""

from elevatekit_codegen.lint.run import Examined, examined, findings, formed, vetted

__all__ = ["Examined", "examined", "findings", "formed", "vetted"]
