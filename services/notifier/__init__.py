"""Reports to webhooks: intake, the ledger, dispatch."""
