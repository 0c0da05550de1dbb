"""Policies in YAML, on the wire and as values."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from piiprobe.redaction import (
    Drop,
    Encrypt,
    Hash,
    Keep,
    Mask,
    Operator,
    Policy,
    PolicyError,
    Pseudonym,
    Replace,
    load_policies,
)
from piiprobe.redaction.policy import field_of, message_of
from piiprobe.v1 import pii_pb2

OPERATORS: tuple[Operator, ...] = (
    Replace(),
    Replace(text=""),
    Replace(text="someone"),
    Mask(),
    Mask(character="#", keep_last=4),
    Hash(),
    Drop(),
    Keep(),
    Pseudonym(),
    Encrypt(),
)
FILE = """
share:
  scope: crm
  otherwise: drop
  operators:
    PERSON: pseudonym
    PHONE: {mask: {keep_last: 4}}
    EMAIL: {replace: {text: "(e-mail)"}}
    SECRET: {hash: }
"nothing to see": {}
"""


def loaded(tmp_path: Path, text: str) -> dict[str, Policy]:
    path = tmp_path / "policies.yaml"
    path.write_text(text, encoding="utf-8")
    return load_policies(path)


def problem(tmp_path: Path, text: str) -> str:
    with pytest.raises(PolicyError) as caught:
        loaded(tmp_path, text)
    return str(caught.value)


def test_a_file_holds_policies_by_name(tmp_path: Path) -> None:
    policies = loaded(tmp_path, FILE)
    assert list(policies) == ["share", "nothing to see"]
    operators = {"PERSON": Pseudonym(), "PHONE": Mask(keep_last=4), "EMAIL": Replace(text="(e-mail)"), "SECRET": Hash()}
    assert policies["share"] == Policy(name="share", operators=operators, otherwise=Drop(), scope="crm")
    assert policies["nothing to see"] == Policy(name="nothing to see")


def test_a_type_without_an_operator_is_replaced() -> None:
    policy = Policy(operators={"PERSON": Keep()})
    assert (policy.operator("PERSON"), policy.operator("EMAIL")) == (Keep(), Replace())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("share: {operators: {PERSON: {mask: {keep_last: -1}}}}", "share.operators[PERSON].mask.keep_last: Input should be"),
        ("share: {operators: {PERSON: {mask: {character: ab}}}}", "share.operators[PERSON].mask.character: is not one visible"),
        ("share: {operators: {PERSON: {mask: {letter: a}}}}", "share.operators[PERSON].mask.letter: Extra inputs"),
        ("share: {operators: {PERSON: {keep: {text: a}}}}", "share.operators[PERSON].keep.text: Extra inputs"),
        ("share: {operators: {PERSON: shred}}", "share.operators[PERSON]: is no operator: one of replace, mask"),
        ("share: {operators: {PERSON: {mask: {}, drop: {}}}}", "share.operators[PERSON]: is no operator"),
        ("share: {operators: {PERSON: {kind: keep}}}", "share.operators[PERSON]: is no operator"),
        ("share: {operators: {person: keep}}", "share.operators[person]: is not a name in capitals"),
        ("share: {otherwise: [keep]}", "share.otherwise: is no operator"),
        ("share: {operator: {PERSON: keep}}", "share.operator: Extra inputs"),
        ("share: {name: other}", "share: is no policy under its name"),
        ("share: keep", "share: is no policy under its name"),
        ("1: {}", "1: is no policy under its name"),
        ("a: {scope: 1}\nb: {scope: []}", "a.scope: Input should be a valid string; b.scope: Input"),
        ("- share", "no mapping from names to policies"),
        ("", "no mapping from names to policies"),
        ("share: {operators: {PERSON: drop,\n  PERSON: keep}}", "a key twice in line 1"),
        ("share: [", "not a YAML file, or a key twice in line"),
        ("!!python/object/apply:os.getcwd []", "not a YAML file"),
    ],
)
def test_a_wrong_file_is_refused_with_the_field(tmp_path: Path, text: str, said: str) -> None:
    assert said in problem(tmp_path, text)


def test_policies_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        Policy(name="a").name = "b"  # type: ignore[misc]


@pytest.mark.parametrize("operator", OPERATORS, ids=repr)
def test_the_wire_and_back_is_the_same_policy(operator: Operator) -> None:
    policy = Policy(name="share", operators={"PERSON": operator}, otherwise=operator, scope="crm")
    message = pii_pb2.RedactionPolicy.FromString(policy.to_wire().SerializeToString())
    assert Policy.from_wire(message) == policy


def test_a_policy_of_defaults_is_not_taken_for_a_name_alone() -> None:
    assert Policy(name="share").to_wire().HasField("otherwise")


def test_the_wire_has_the_defaults_of_the_contract() -> None:
    message = pii_pb2.RedactionPolicy(operators={"PHONE": pii_pb2.Operator(mask=pii_pb2.Operator.Mask())})
    assert Policy.from_wire(message) == Policy(operators={"PHONE": Mask(character="*")}, otherwise=Replace())


@pytest.mark.parametrize(
    ("message", "field"),
    [
        (pii_pb2.RedactionPolicy(operators={"PERSON": pii_pb2.Operator()}), "operators[?]"),
        (pii_pb2.RedactionPolicy(otherwise=pii_pb2.Operator()), "otherwise"),
        (
            pii_pb2.RedactionPolicy(operators={"PERSON": pii_pb2.Operator(mask=pii_pb2.Operator.Mask(character="  "))}),
            "operators[?].mask.character",
        ),
        (pii_pb2.RedactionPolicy(operators={"a canary": pii_pb2.Operator(keep=pii_pb2.Operator.Keep())}), "operators[?]"),
    ],
)
def test_what_is_wrong_on_the_wire_has_a_field_and_repeats_nothing(message: pii_pb2.RedactionPolicy, field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Policy.from_wire(message)
    (error,) = caught.value.errors()
    assert field_of(error, shown=lambda _: "?") == field
    assert "canary" not in message_of(error)


@pytest.mark.parametrize(("operator", "needs"), [(each, each.kind in ("hash", "pseudonym", "encrypt")) for each in OPERATORS])
def test_a_policy_knows_whether_it_needs_a_key(operator: Operator, needs: bool) -> None:
    assert Policy(otherwise=operator).needs_key is needs
    assert Policy(operators={"PERSON": operator}).needs_key is needs
