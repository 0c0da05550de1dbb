"""What is still found in a rewritten text, but for what stands there on purpose."""

from __future__ import annotations

from bisect import bisect_right

from piiprobe.redacted import Redacted
from piiprobe.redaction.apply import Found


def is_leak(finding: Found, redacted: Redacted) -> bool:
    """Whether a finding in `redacted.text` has a letter or a digit outside of the replacements.

    Pseudonyms look like personal data, and what is kept is such: within a replacement nothing leaks.
    """
    at, text = finding.start, redacted.text
    for each in redacted.replacements[bisect_right(redacted.replacements, at, key=lambda each: each.new_end) :]:
        if each.new_start >= finding.end:
            break
        if any(map(str.isalnum, text[at : each.new_start])):
            return True
        at = each.new_end
    return any(map(str.isalnum, text[at : finding.end]))
