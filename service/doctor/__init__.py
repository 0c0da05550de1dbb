"""`piiprobe doctor`: looks at all that a server needs before it is started, and says what to do."""
