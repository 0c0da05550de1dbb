"""A large language model asked to list the PII of a text, and what that costs beside the probes: no torch, no grpc."""
