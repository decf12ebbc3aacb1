"""The brokers' HTTP APIs: requests out, clean domain values in, every failure a `BrokerError`."""
