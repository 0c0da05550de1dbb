"""What a request asks of redaction, with the policies and the key of the server's operator, and documents rewritten so."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from piiprobe.redacted import Redacted
from piiprobe.redaction import Policy, Redactor, is_leak, load_policies, read_key, restore
from piiprobe.redaction.keys import KEY_BYTES
from piiprobe.redaction.policy import field_of, message_of
from piiprobe.v1 import pii_pb2
from probes.finding import Detection
from service import structured
from service.contents import Content, content_of, text_content
from service.findings import finding_message, findings_message
from service.offsets import encoded_offsets
from service.reloaded import Reloaded
from service.reported import reported
from service.sourced import Sourced
from service.validation import InvalidRequestError, Options, Violation

MAX_POLICIES = 16

_KEY_LENGTH = f"is not {KEY_BYTES} bytes long"


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A document rewritten by one policy, and those of its values that were, by their fields."""

    policy: str
    document: str
    values: Mapping[structured.Path | None, Redacted]


@dataclass(frozen=True, slots=True)
class Draft:
    """What was found in a document, and the document rewritten by each policy."""

    content: Content
    found: Sequence[tuple[Sourced, ...]]
    tokens: int
    rewritten: tuple[Rewritten, ...]

    def read_again(self) -> list[Content]:
        """The rewritten documents, for a look at what is still in them."""
        return [self._read_again(each.document) for each in self.rewritten]

    def _read_again(self, document: str) -> Content:
        if self.content.json is None:
            return text_content(document)
        # What was let in is read again, however long what stands in it now is.
        read = content_of(pii_pb2.Document(json=document), "document", len(self.content.text) + len(document))
        if isinstance(read, Violation):
            raise ValueError("a rewritten document cannot be read")
        return read


class Redactions:
    """Policies and a key, both from files that are read again when they change; either file may be None."""

    def __init__(self, policies: Path | None, key_file: Path | None, *, restores: bool) -> None:
        """Raises `StartError` where a file cannot be used; `restores` says whether the server restores with its own key."""
        self._policies = Reloaded("policies", [policies], lambda: load_policies(policies)) if policies else None
        self._key = Reloaded("redaction_key_file", [key_file], lambda: read_key(key_file)) if key_file else None
        self._restores = restores

    def redactors(self, options: pii_pb2.RedactOptions, known: Collection[str]) -> tuple[Redactor, ...]:
        """One for each policy of a request; `known` are the entity types of the server.

        Raises:
            InvalidRequestError: a policy is not valid, or needs a key that is not there; names fields, nothing of their values.
        """
        if len(options.policies) > MAX_POLICIES:
            raise InvalidRequestError(Violation("options.policies", f"holds more than {MAX_POLICIES} policies"))
        own = {term.entity_type for term in options.detect.deny} | {each.entity_type for each in options.detect.patterns}
        read = [self._policy(message, f"options.policies[{index}]", known, own) for index, message in enumerate(options.policies)]
        violations = [each for policy in read if not isinstance(policy, Policy) for each in policy]
        policies = [policy for policy in read if isinstance(policy, Policy)] or [Policy()]
        key: bytes | None = options.key or (self._key.current() if self._key else None)
        if options.key and len(options.key) != KEY_BYTES:
            violations.append(Violation("options.key", _KEY_LENGTH))
        elif key is None and any(policy.needs_key for policy in policies):
            violations.append(Violation("options.key", "is not set, nor has the server one, and an operator needs it"))
        if violations:
            raise InvalidRequestError(*violations)
        return tuple(Redactor(policy, key) for policy in policies)

    def restored(self, request: pii_pb2.RestoreRequest) -> pii_pb2.RestoreResponse:
        """The text with its values put back; raises `InvalidRequestError` without a key that may be used."""
        if request.key:
            key = request.key
        elif self._key and self._restores:
            key = self._key.current()
        else:
            raise InvalidRequestError(Violation("key", "is not set, and the server restores nothing with one of its own"))
        if len(key) != KEY_BYTES:
            raise InvalidRequestError(Violation("key", _KEY_LENGTH))
        restored = restore(request.text, key, json=request.json)
        return pii_pb2.RestoreResponse(
            text=restored.text,
            restored=restored.restored,
            failed=restored.failed,
            of_another_key=restored.of_another_key,
        )

    def _policy(
        self, message: pii_pb2.RedactionPolicy, field: str, known: Collection[str], own: Collection[str]
    ) -> Policy | list[Violation]:
        if message.name and not (message.operators or message.HasField("otherwise") or message.scope):
            named = self._policies.current().get(message.name) if self._policies else None
            return named or [Violation(f"{field}.name", "is not a policy of this server, and nothing but a name is set")]
        if any(entity_type not in known and entity_type not in own for entity_type in message.operators):
            return [Violation(f"{field}.operators", "name what is not an entity type of this server or request")]
        try:
            return Policy.from_wire(message)
        except ValidationError as error:
            # A name that the server does not know is the caller's text.
            shown = {name: name for name in known}
            return [
                Violation(f"{field}.{field_of(each, lambda name: shown.get(name, '?'))}", message_of(each))
                for each in error.errors()
            ]


def draft(content: Content, detection: Detection, options: Options, redactors: Sequence[Redactor]) -> Draft:
    """A document rewritten by each policy; raises ValueError where the detector says what cannot be true."""
    found = reported(content, detection, options)
    return Draft(content, found, detection.tokens, tuple(_rewritten(content, found, redactor) for redactor in redactors))


def redaction_message(drafted: Draft, checked: Sequence[tuple[Content, Detection]] | None, options: Options) -> pii_pb2.Redaction:
    """The answer; `checked` is each rewritten document as it was read again and what was found, None where nobody asked."""
    return pii_pb2.Redaction(
        texts=[
            pii_pb2.RedactedText(
                policy=each.policy,
                text=each.document,
                replacements=_replacements(drafted.content, each, options),
                leaks=_leaks(each, *checked[index], options) if checked is not None else (),
            )
            for index, each in enumerate(drafted.rewritten)
        ],
        found=findings_message(drafted.content, drafted.found, drafted.tokens, options),
    )


def _rewritten(content: Content, found: Sequence[tuple[Sourced, ...]], redactor: Redactor) -> Rewritten:
    values = {
        index: redactor.redact(value.text, [each.finding for each in sourced])
        for index, (value, sourced) in enumerate(zip(content.values, found, strict=True))
        if sourced
    }
    document = content.rewritten({index: redacted.text for index, redacted in values.items()})
    by_field = {content.values[index].path: redacted for index, redacted in values.items()}
    return Rewritten(redactor.policy.name, document, by_field)


def _replacements(content: Content, rewritten: Rewritten, options: Options) -> Iterator[pii_pb2.Replacement]:
    if content.json is not None:
        return
    made = rewritten.values[None].replacements if rewritten.values else ()
    old = encoded_offsets(content.text, (edge for each in made for edge in (each.start, each.end)), options.offset_encoding)
    edges = (edge for each in made for edge in (each.new_start, each.new_end))
    new = encoded_offsets(rewritten.document, edges, options.offset_encoding)
    for each in made:
        yield pii_pb2.Replacement(
            entity_type=each.entity_type,
            start=old[each.start],
            end=old[each.end],
            new_start=new[each.new_start],
            new_end=new[each.new_end],
        )


def _leaks(rewritten: Rewritten, content: Content, detection: Detection, options: Options) -> Iterator[pii_pb2.Finding]:
    """Findings that have a letter or a digit outside of what the policy put or left there."""
    for value, found in zip(content.values, reported(content, detection, options), strict=True):
        redacted = rewritten.values.get(value.path) or Redacted(value.text, ())
        leaking = [each for each in found if is_leak(each.finding, redacted)]
        edges = (edge for each in leaking for edge in (each.finding.start, each.finding.end))
        offsets = encoded_offsets(value.text, edges, options.offset_encoding) if leaking else {}
        for each in leaking:
            yield finding_message(each, offsets, value.field)
