"""Learning the weights: `python -m services.classifier.training`; no service needs it."""
