"""The terminal user interface: the only part that knows Textual."""
