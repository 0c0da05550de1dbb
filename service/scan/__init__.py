"""Files to findings: `piiprobe scan`."""
