"""A JSON Schema filled from beliefs, leaf by leaf. Knows what fields mean, and no prompt."""
