"""Evidence from structure: checks by well-kept libraries that confirm or refute a span and put its edges right."""

from probes.evidence.value import Evidence, Strength, Verdict
from probes.evidence.weigh import DIGIT_CLASSES, candidates, reclassify, weigh

__all__ = ["DIGIT_CLASSES", "Evidence", "Strength", "Verdict", "candidates", "reclassify", "weigh"]
