"""The simulated-model toolkit: ledger, operation, slots, card, noise."""
