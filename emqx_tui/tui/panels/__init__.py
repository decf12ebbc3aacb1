"""What stands around the tables, as lines of spans: pure functions from what is known to what is shown."""
