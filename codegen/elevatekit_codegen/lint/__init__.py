"""What is wrong with a spec, with line and column: all of it at once."""

from elevatekit_codegen.lint.run import findings, formed, vetted

__all__ = ["findings", "formed", "vetted"]
