"""Plugins that ship with elevatekit. They come through the same door as everybody's."""
