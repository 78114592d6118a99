"""A test suite for the error handling of every operation of an API."""

from elevatekit_plugins.errors import missing_extra

try:
    from elevatekit_plugins.testing.error_paths.paths import ErrorPath, error_paths
    from elevatekit_plugins.testing.error_paths.stand import ErrorPaths
except ModuleNotFoundError as error:
    raise missing_extra("the suite of error paths", error, "pytest") from None

__all__ = ["ErrorPath", "ErrorPaths", "error_paths"]
