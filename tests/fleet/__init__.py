"""Tests of the poller, with a clock and brokers that a test is the master of."""
