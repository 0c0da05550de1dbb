"""Rewrites texts where PII was found, by policies; needs the extra `redact`, and no server."""

from __future__ import annotations

try:
    import cryptography
    import pydantic
    import yaml
except ImportError as missing:
    raise ImportError("piiprobe.redaction needs the redact extra: pip install 'piiprobe[redact]'") from missing

from piiprobe.redacted import Redacted, Replacement, Restored
from piiprobe.redaction.apply import Redactor, redact
from piiprobe.redaction.encrypt import restore
from piiprobe.redaction.keys import KeyFileError, new_key, read_key, write_key
from piiprobe.redaction.leaks import is_leak
from piiprobe.redaction.operators import Drop, Encrypt, Hash, Keep, Mask, Operator, Pseudonym, Replace
from piiprobe.redaction.policy import Policy, PolicyError, load_policies

del cryptography, pydantic, yaml

__all__ = [
    "Drop",
    "Encrypt",
    "Hash",
    "Keep",
    "KeyFileError",
    "Mask",
    "Operator",
    "Policy",
    "PolicyError",
    "Pseudonym",
    "Redacted",
    "Redactor",
    "Replace",
    "Replacement",
    "Restored",
    "is_leak",
    "load_policies",
    "new_key",
    "read_key",
    "redact",
    "restore",
    "write_key",
]
