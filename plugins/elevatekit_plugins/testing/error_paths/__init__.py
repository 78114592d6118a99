"""One suite over every operation of an API: what a client makes of answers that are errors."""

from elevatekit_plugins.errors import missing_extra

try:
    from elevatekit_plugins.testing.error_paths.paths import ErrorPath, error_paths
    from elevatekit_plugins.testing.error_paths.stand import ErrorPaths
except ModuleNotFoundError as error:
    raise missing_extra("the suite of error paths", error, "pytest") from None

__all__ = ["ErrorPath", "ErrorPaths", "error_paths"]
