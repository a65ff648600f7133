"""What every service stands on: settings, Kafka and its failures, logs, probes."""
