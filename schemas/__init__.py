"""The contract: the records that cross Kafka, their topics, and nothing that reads or writes them."""
