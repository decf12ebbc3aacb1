"""What EMQX deployments are to an operator: pure values and pure functions, no I/O, no sentences."""
