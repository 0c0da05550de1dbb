"""Texts rewritten where findings are, and put back."""

from __future__ import annotations

import base64
import csv
import io
import json
import os
import re
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from piiprobe import results
from piiprobe.redaction import (
    Drop,
    Encrypt,
    Hash,
    Keep,
    KeyFileError,
    Mask,
    Operator,
    Policy,
    Pseudonym,
    Redactor,
    Replace,
    new_key,
    read_key,
    redact,
    restore,
    write_key,
)

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
TYPES = ("PERSON", "EMAIL", "SECRET", "OTHER_1")
OPERATORS: tuple[Operator, ...] = (
    Replace(),
    Replace(text=""),
    Mask(),
    Mask(character="#", keep_last=3),
    Hash(),
    Drop(),
    Keep(),
    Pseudonym(),
    Encrypt(),
)
ANNA = "Write to Anna Bell, anna.bell@example.com."


@dataclass(frozen=True)
class Span:
    entity_type: str
    start: int
    end: int
    probability: float = 0.75


def spans(text: str, **types: str) -> list[Span]:
    return [Span(kind, text.index(part), text.index(part) + len(part)) for kind, part in types.items()]


def one(text: str, operator: Operator, entity_type: str = "PERSON", key: bytes | None = KEY) -> str:
    return redact(text, [Span(entity_type, 0, len(text))], Policy(otherwise=operator), key).text


texts = st.text(max_size=40) | st.text("Anna Bell1@.佐藤[]:v_-", max_size=40)
policies = st.builds(
    Policy,
    operators=st.dictionaries(st.sampled_from(TYPES), st.sampled_from(OPERATORS)),
    otherwise=st.sampled_from(OPERATORS),
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, list[Span]]:
    text = draw(texts)
    edges = st.integers(0, len(text))
    pairs = draw(st.lists(st.tuples(edges, edges).filter(lambda pair: pair[0] != pair[1]), max_size=6 if text else 0))
    return text, [Span(draw(st.sampled_from(TYPES)), min(pair), max(pair), draw(st.floats(0, 1))) for pair in pairs]


@given(cases(), policies)
def test_outside_of_findings_nothing_changes_and_offsets_are_exact(case: tuple[str, list[Span]], policy: Policy) -> None:
    text, found = case
    redacted = redact(text, found, policy, KEY)
    old = new = 0
    for each in redacted.replacements:
        assert old <= each.start < each.end
        assert text[old : each.start] == redacted.text[new : each.new_start]
        old, new = each.end, each.new_end
    assert text[old:] == redacted.text[new:]
    covered = {at for each in redacted.replacements for at in range(each.start, each.end)}
    assert covered == {at for span in found for at in range(span.start, span.end)}


@given(cases(), policies)
def test_what_stands_in_a_replacement_is_what_the_operator_of_its_type_makes(
    case: tuple[str, list[Span]], policy: Policy
) -> None:
    text, found = case
    for each in redact(text, found, policy, KEY).replacements:
        assert any(span.entity_type == each.entity_type for span in found if span.start < each.end and each.start < span.end)
        if isinstance(policy.operator(each.entity_type), Keep):
            within = [span for span in found if span.start < each.end and each.start < span.end]
            assert all(isinstance(policy.operator(span.entity_type), Keep) for span in within)


@given(cases(), policies)
def test_nothing_of_a_finding_stays_but_by_keep(case: tuple[str, list[Span]], policy: Policy) -> None:
    text, found = case
    redacted = redact(text, found, policy, KEY)
    for span in found:
        if isinstance(policy.operator(span.entity_type), Keep):
            continue
        around = [each for each in redacted.replacements if each.start <= span.start and span.end <= each.end]
        (within,) = around
        assert not isinstance(policy.operator(within.entity_type), Keep)


@given(texts.filter(bool), st.sampled_from([Replace(), Mask(character="\u2022"), Hash(), Drop(), Encrypt()]))
@example("!!!", Mask(character="\u2022"))
@example("- - -", Mask(character="\u2022"))
def test_a_value_does_not_survive(text: str, operator: Operator) -> None:
    new = one(text, operator)
    assert new != text
    if isinstance(operator, Mask):
        assert not set(new) & {char for char in text if char.isalnum()}


@given(cases(), st.sampled_from([OTHER, KEY[::-1]]))
def test_restore_undoes_encryption_whatever_else_the_text_holds(case: tuple[str, list[Span]], other: bytes) -> None:
    text, found = case
    foreign = one("Anna Bell", Encrypt(), key=other)
    text = f"[PERSON:v1:{foreign}[PERSON:v1:AAAA]{text}[X:v1:"
    found = [Span(each.entity_type, each.start + 11, each.end + 11) for each in found]
    redacted = redact(text, found, Policy(otherwise=Encrypt()), KEY)
    restored = restore(redacted.text, KEY)
    assert restored.text == text
    assert restored.restored == len(redacted.replacements)
    if not found:
        assert (restored.failed, restored.of_another_key) == (2, 1)


@given(st.text(st.characters(), min_size=1))
@example("\ud800 lone")
def test_any_text_can_be_encrypted_and_put_back(text: str) -> None:
    assert restore(one(text, Encrypt()), KEY).text == text


def test_a_token_inside_of_a_value_stays_as_it_was() -> None:
    inner = one("Anna Bell", Encrypt())
    outer = restore(one(f"by {inner}", Encrypt()), KEY)
    assert (outer.text, outer.restored, outer.failed) == (f"by {inner}", 1, 0)


def test_a_token_survives_json_csv_and_copying() -> None:
    token = one('佐藤, "Anna"\n', Encrypt())
    assert re.fullmatch(r"\[PERSON:v1:[A-Za-z0-9_-]+\]", token)
    row = io.StringIO()
    csv.writer(row).writerow([token])
    assert row.getvalue() == f"{token}\r\n"
    assert json.dumps(token) == f'"{token}"'


def test_values_in_json_are_escaped_when_they_are_put_back() -> None:
    value = '佐藤 "Anna"\\\n'
    sealed = json.dumps({"name": f"by {one(value, Encrypt())}"})
    assert json.loads(restore(sealed, KEY, json=True).text) == {"name": f"by {value}"}


def test_two_tokens_of_one_text_differ() -> None:
    assert one("Anna Bell", Encrypt()) != one("Anna Bell", Encrypt())


def test_what_cannot_be_put_back_stays_and_is_counted() -> None:
    token, foreign = one("Anna Bell", Encrypt()), one("Anna Bell", Encrypt(), key=OTHER)
    packed = token[11:-1]
    raw = bytearray(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    raw[20] ^= 1
    changed = f"[PERSON:v1:{base64.urlsafe_b64encode(raw).decode().rstrip('=')}]"
    renamed = token.replace("PERSON", "EMAIL")
    text = " ".join([token, foreign, changed, renamed, token[:30] + "]", token[:-9] + "]"])
    restored = restore(text, KEY)
    assert restored.text == text.replace(token, "Anna Bell", 1)
    assert (restored.restored, restored.failed, restored.of_another_key) == (1, 5, 1)


def test_an_entity_type_that_would_break_a_token_is_refused() -> None:
    with pytest.raises(ValueError, match="entity type"):
        one("Anna Bell", Encrypt(), "a]b")


@pytest.mark.parametrize(
    ("text", "entity_type", "operator", "new"),
    [
        ("Anna Bell", "PERSON", Replace(), "<PERSON>"),
        ("Anna Bell", "PERSON", Replace(text="someone"), "someone"),
        ("Anna Bell", "PERSON", Drop(), ""),
        ("Anna Bell", "PERSON", Keep(), "Anna Bell"),
        ("+44 7700 900123", "PHONE", Mask(), "+** **** ******"),
        ("+44 7700 900123", "PHONE", Mask(keep_last=4), "+** **** **0123"),
        ("4111 1111 1111 1111", "CREDIT_CARD", Mask(character="X", keep_last=4), "XXXX XXXX XXXX 1111"),
        ("Bell", "PERSON", Mask(keep_last=4), "**ll"),
        ("e\u0301", "PERSON", Mask(), "**"),
        ("Vq9-hunter2!", "SECRET", Mask(), "************"),
        ("Vq9-hunter2!", "USERNAME", Mask(), "***-********"),
        ("佐藤　美咲", "PERSON", Mask(), "**　**"),
    ],
)
def test_operators(text: str, entity_type: str, operator: Operator, new: str) -> None:
    assert one(text, operator, entity_type) == new


def test_a_hash_is_the_same_for_the_same_text_type_and_key_alone() -> None:
    hashed = one("Anna Bell", Hash())
    assert re.fullmatch("PERSON_[0-9a-f]{20}", hashed)
    assert hashed == one("Anna Bell", Hash())
    others = {one("Anna Bell", Hash(), key=OTHER), one("anna bell", Hash()), one("Anna Bell", Hash(), "USERNAME")}
    assert len({each.partition("_")[2] for each in (hashed, *others)}) == 4


def test_blanks_around_what_is_dropped_stay() -> None:
    redacted = redact(ANNA, spans(ANNA, PERSON="Anna Bell"), Policy(otherwise=Drop()))
    assert redacted.text == "Write to , anna.bell@example.com."


def test_the_longest_of_findings_that_overlap_decides_for_all_of_them() -> None:
    found = [Span("PERSON", 20, 29, 0.99), *spans(ANNA, EMAIL="anna.bell@example.com"), Span("ADDRESS", 14, 22)]
    redacted = redact(ANNA, found, Policy(operators={"PERSON": Hash(), "ADDRESS": Drop()}), KEY)
    assert redacted.text == "Write to Anna <EMAIL>."
    (only,) = redacted.replacements
    assert (only.entity_type, only.start, only.end) == ("EMAIL", 14, 41)


def test_of_two_as_long_the_more_probable_decides() -> None:
    found = [Span("PERSON", 0, 4, 0.6), Span("USERNAME", 0, 4, 0.7)]
    assert redact("anna", found, Policy()).text == "<USERNAME>"


def test_findings_that_touch_are_two() -> None:
    assert redact("annabell", [Span("PERSON", 0, 4), Span("PERSON", 4, 8)], Policy()).text == "<PERSON><PERSON>"


def test_keep_gives_way_where_something_else_is_to_be_rewritten() -> None:
    found = [*spans(ANNA, EMAIL="anna.bell@example.com"), Span("PERSON", 25, 29)]
    redacted = redact(ANNA, found, Policy(operators={"EMAIL": Keep()}))
    assert redacted.text == "Write to Anna Bell, anna.<PERSON>@example.com."
    assert [(each.entity_type, each.start, each.end) for each in redacted.replacements] == [
        ("EMAIL", 20, 25),
        ("PERSON", 25, 29),
        ("EMAIL", 29, 41),
    ]


def test_a_mask_keeps_nothing_where_operators_differ() -> None:
    policy = Policy(operators={"PHONE": Mask(keep_last=4), "SECRET": Drop(), "PERSON": Mask(keep_last=4)})
    assert redact("0123456789", [Span("PHONE", 0, 10), Span("SECRET", 8, 10)], policy).text == "**********"
    assert redact("0123456789", [Span("PHONE", 0, 10), Span("PERSON", 8, 10)], policy).text == "******6789"


@pytest.mark.parametrize("span", [(0, 0), (3, 2), (-1, 2), (0, 6)])
def test_a_finding_that_cannot_be_true_is_refused(span: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="a finding is empty or lies outside"):
        redact("Anna.", [Span("PERSON", *span)], Policy())


@pytest.mark.parametrize("operator", [Hash(), Pseudonym(), Encrypt()])
def test_a_policy_that_needs_a_key_is_refused_without_one(operator: Operator) -> None:
    with pytest.raises(ValueError, match="needs a key"):
        Redactor(Policy(operators={"PERSON": operator}))
    with pytest.raises(ValueError, match="32 bytes"):
        Redactor(Policy(operators={"PERSON": operator}), b"short")


def test_findings_of_the_client_are_taken_as_they_are() -> None:
    finding = results.Finding("PERSON", 9, 18, 0.9, 1.0, 0.0, (), 1.0, ())
    redacted = redact(ANNA, [finding], Policy(name="share"))
    assert redacted.text == "Write to <PERSON>, anna.bell@example.com."
    assert (redacted.policy, redacted.leaks) == ("share", None)


def test_results_do_not_show_text() -> None:
    assert "Write" not in repr(redact(ANNA, [], Policy()))
    assert "Write" not in repr(restore(ANNA, KEY))


def test_a_key_file_is_for_its_owner_alone_and_never_written_over(tmp_path: Path) -> None:
    path, key = tmp_path / "key", new_key()
    write_key(path, key)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_key(path) == key
    with pytest.raises(FileExistsError):
        write_key(path, new_key())
    assert read_key(path) == key


def test_a_key_file_may_hold_the_bytes_themselves(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_bytes(KEY)
    assert read_key(path) == KEY


@pytest.mark.parametrize("held", [b"", b"canary", KEY[:31], KEY + b"\n" * 3, base64.b64encode(KEY[:25]), b"\xff" * 44])
def test_a_file_without_a_key_is_refused_without_a_word_of_it(tmp_path: Path, held: bytes) -> None:
    path = tmp_path / "key"
    path.write_bytes(held)
    with pytest.raises(KeyFileError, match="holds no key") as caught:
        read_key(path)
    assert "canary" not in str(caught.value)


def test_without_the_extra_the_client_works_and_redaction_says_what_to_install() -> None:
    script = (
        "import sys\n"
        "for name in ('pydantic', 'yaml', 'cryptography'): sys.modules[name] = None\n"
        "import piiprobe, piiprobe.redacted\n"
        "try: import piiprobe.redaction\n"
        "except ImportError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout.strip() == "piiprobe.redaction needs the redact extra: pip install 'piiprobe[redact]'"
