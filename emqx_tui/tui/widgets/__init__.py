"""Widgets that draw: they take rows, spans and numbers, and know nothing of brokers."""
