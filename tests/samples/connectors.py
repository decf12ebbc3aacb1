"""Connectors, of which there are no figures."""

from samples import links


ROWS = [row._replace(figures=None) for row in links.ROWS]
