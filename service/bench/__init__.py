"""`piiprobe bench`: how fast, beside what this machine could do and what others do on it, in one run."""
