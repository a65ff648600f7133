"""The command `watchfloor`: what one types, and the modules that do it."""
