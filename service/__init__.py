"""The gRPC service around a detector."""
