"""A module for each command of `elevatekit-codegen`: what it needs is loaded for it alone."""
