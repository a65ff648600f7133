"""What one machine lends to the pipeline: PostgreSQL, Kafka, a small broker, child processes."""
