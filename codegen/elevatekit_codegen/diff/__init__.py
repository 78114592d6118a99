"""Reports how a change of the spec affects users of the generated SDK."""
