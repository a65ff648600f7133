"""The contract: the records that cross Kafka, and their topics."""
