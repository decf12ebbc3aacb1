"""emqx-tui: a terminal monitor for EMQX clusters, EMQX Cloud deployments and NanoMQ."""

__version__ = "0.1.0"
