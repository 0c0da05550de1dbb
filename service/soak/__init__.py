"""`piiprobe soak`: a server under mixed and hostile traffic for as long as is asked, every answer compared, memory watched."""
