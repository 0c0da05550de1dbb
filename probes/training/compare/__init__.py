"""Which layer, which window and which dictionary: PERSON accuracy of small probes that differ in nothing else."""
