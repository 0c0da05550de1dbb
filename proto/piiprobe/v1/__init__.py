"""Generated from pii.proto by `make proto`."""
