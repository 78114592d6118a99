"""What is wrong with a spec, with line and column: all of it at once."""

from elevatekit_codegen.lint.run import Examined, examined, findings, formed, vetted

__all__ = ["Examined", "examined", "findings", "formed", "vetted"]
