"""The gRPC service around a detector."""

import os

# grpc's core writes to stderr past Python's logging whenever a caller sends something odd. It reads this when it is imported.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")
