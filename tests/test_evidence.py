"""Evidence from structure: every value here is invented, reserved for documentation, or a card issuer's test number."""

from __future__ import annotations

import random
import re
import string
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.entity import ENTITY_TYPES
from probes.evidence import Strength, Verdict, bank_account, candidates, national_id, reclassify, weigh
from probes.evidence.fold import fold
from probes.evidence.scheme import Scheme

# One value for each scheme, in the order of the tables.
IDS = """
at_vnr 6600 050738
au_tfn 647 598 315
be_nn 37.07.54-910.42
be_nn 93041488101
br_cpf 809.633.818-81
br_cpf 58641215760
ca_sin 947 470 902
ch_ahv 756.2475.5306.26
ch_ahv 7569530021723
cl_rut 12.067.474-9
cn_ric 320524199206235264
cz_rc 355512/3506
de_steuer_id 54 170 923 469
de_steuer_id 29604879191
dk_cpr 060313-0894
es_dni 92167123M
es_nie X2389747R
es_nss 13 76589348 74
es_nss 068421666404
fi_hetu 270756-288T
fi_hetu 181139-0206
fr_nir 1 31 67 81 979 410 31
gb_nhs 595 757 4341
gb_nino HJ594844B
gr_amka 06129163918
ie_pps 1244137A
il_id 598465029
in_aadhaar 3428 4192 0758
in_pan GHOPJ3664V
it_codice_fiscale KGIBSE48M91E347Q
jp_my_number 0674 7648 5859
kr_rrn 310218-7427731
kr_rrn_grammar 731224-2182155
mx_curp EMOQ221101HJCWPS98
my_nric 590327-79-6326
nl_bsn 351559176
no_fodselsnummer 64037000807
pk_cnic 26458-7835577-6
pl_pesel 24491669487
pt_cc 256351719MQ3
ro_cnp 1950529252951
se_personnummer 140510-0502
sg_nric S5819340B
th_pin 5-6697-32551-27-1
tr_kimlik 97589942418
us_itin 927-71-4022
us_ssn 114-79-2294
us_ssn 434988592
za_id 8807134943190
es_ccc 0067 3205 58 8989053924
ar_cbu 0487603832099748159120
nz_bank_account 02-1297-3008192-81
no_kontonr 3908.87.90328
"""
SCHEMES = (*national_id.SCHEMES, *bank_account.SCHEMES)
EXAMPLES = [(scheme, line.split(" ", 1)[1]) for scheme, line in zip(SCHEMES, IDS.strip().splitlines(), strict=True)]
# Nothing is computed: another digit passes as well.
UNCOMPUTED = {"dk_cpr", "gb_nino", "in_pan", "kr_rrn_grammar", "my_nric", "pk_cnic", "us_itin", "us_ssn"}
# Where the check digit is not the last character.
CHECK_AT = {"at_vnr": 3, "nz_bank_account": 14}
VISA = "4111 1111 1111 1111"
PEM_HEADER = "-----BEGIN PRIVATE KEY-----"
UNENDED = (PEM_HEADER, PEM_HEADER + "\n" + "A" * 20)
IBAN = "DE89 3704 0044 0532 0130 00"


def span(text: str, part: str) -> tuple[int, int]:
    start = text.index(part)
    return start, start + len(part)


def verdict(text: str, part: str, entity_type: str) -> Verdict | None:
    found = weigh(text, *span(text, part), entity_type)
    return found.verdict if found else None


def snapped(text: str, part: str, entity_type: str) -> str:
    found = weigh(text, *span(text, part), entity_type)
    assert found is not None
    assert found.verdict is Verdict.CONFIRMS
    assert found.entity_type == entity_type
    return text[found.start : found.end]


def found_in(text: str) -> list[tuple[str, str]]:
    return [(e.entity_type, text[e.start : e.end]) for e in candidates(text)]


def believed(scheme: Scheme, written: str) -> bool:
    """Whether the scheme takes the text as a value, with its name in front if it has one."""
    text = f"{scheme.names[0] if scheme.names else ''} {written}."
    return any(text[value.start : value.end] == written for value in scheme.values(fold(text)))


def test_the_examples_stand_beside_their_schemes() -> None:
    assert [line.split(" ")[0] for line in IDS.strip().splitlines()] == [scheme.name for scheme in SCHEMES]


@pytest.mark.parametrize(("scheme", "written"), EXAMPLES, ids=lambda x: x.name if isinstance(x, Scheme) else "")
def test_a_scheme_takes_its_value_and_not_one_with_another_check(scheme: Scheme, written: str) -> None:
    assert believed(scheme, written)
    if scheme.name in UNCOMPUTED:
        return
    check = CHECK_AT.get(scheme.name, len(written) - 1)
    alphabet = string.digits if written[check].isdigit() else string.ascii_uppercase
    corrupted = [written[:check] + c + written[check + 1 :] for c in alphabet if c != written[check]]
    assert sum(believed(scheme, one) for one in corrupted) <= len(corrupted) // 20


@pytest.mark.parametrize(("scheme", "written"), EXAMPLES, ids=lambda x: x.name if isinstance(x, Scheme) else "")
def test_random_values_of_the_same_form_pass_as_seldom_as_stated(scheme: Scheme, written: str) -> None:
    if scheme.chance == 1:
        return
    rng, draws = random.Random(scheme.name), 2500
    # The separators stay, as do the letters by which some tell the sex, the kind or the month.
    passed = sum(believed(scheme, redraw(rng, written)) for _ in range(draws))
    expected = draws * scheme.chance
    assert passed <= expected + 4 * expected**0.5 + 2


def redraw(rng: random.Random, written: str) -> str:
    kinds = {True: string.digits, False: string.ascii_uppercase}
    return "".join(rng.choice(kinds[c.isdigit()]) if c.isalnum() else c for c in written)


@pytest.mark.parametrize(("scheme", "written"), EXAMPLES, ids=lambda x: x.name if isinstance(x, Scheme) else "")
def test_a_value_is_made_whole_wherever_it_was_cut(scheme: Scheme, written: str) -> None:
    kind = "NATIONAL_ID" if scheme in national_id.SCHEMES else "BANK_ACCOUNT"
    text = f"{scheme.names[0] if scheme.names else 'number'}は{written}です"
    for part in (written[: len(written) // 2], written[len(written) // 2 :], written):
        assert written in snapped(text, part, kind)


def test_weak_checks_of_common_forms_need_their_name() -> None:
    assert verdict("Aadhaar 3428 4192 0758", "3428 4192 0758", "NATIONAL_ID") is Verdict.CONFIRMS
    assert verdict("parcel 3428 4192 0758", "3428 4192 0758", "NATIONAL_ID") is None
    assert verdict("3428 4192 0758 (Aadhaar)", "3428 4192 0758", "NATIONAL_ID") is Verdict.CONFIRMS
    assert verdict("The class: 434988592", "434988592", "NATIONAL_ID") is None
    assert found_in("Aadhaar 3428 4192 0758") == [("NATIONAL_ID", "3428 4192 0758")]
    assert found_in("parcel 3428 4192 0758, class 434988592, part 114-79-2294") == []


def test_a_social_security_number_has_no_part_of_zeros() -> None:
    assert verdict("SSN 000-12-3456", "000-12-3456", "NATIONAL_ID") is Verdict.REFUTES
    assert verdict("SSN 536-00-3456", "536-00-3456", "NATIONAL_ID") is Verdict.REFUTES
    assert verdict("12.345.678", "12.345.678", "NATIONAL_ID") is None


@pytest.mark.parametrize(
    "card",
    [
        "4111111111111111",
        VISA,
        "4111-1111-1111-1111",
        "5555 5555 5555 4444",
        "2223003122003222",
        "3782 822463 10005",
        "371449635398431",
        "6011 1111 1111 1117",
        "3530111333300000",
        "3056 930902 5904",
        "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
        "４１１１　１１１１　１１１１　１１１１",
        "4111–1111–1111–1111",
    ],
)
def test_cards(card: str) -> None:
    text = f"カード番号は{card}です"
    assert snapped(text, card[2:9], "CREDIT_CARD") == card
    assert found_in(text) == [("CREDIT_CARD", card)]
    wrong = card[:-1] + ("１" if "１" in card else "8" if card[-1] != "8" else "9")
    if wrong != card:
        assert verdict(wrong, wrong, "CREDIT_CARD") is Verdict.REFUTES
        assert found_in(wrong) == []


def test_a_card_is_freed_of_its_label_and_of_what_follows() -> None:
    text = f"card {VISA} exp 12/27 cvv 123"
    assert snapped(text, text, "CREDIT_CARD") == VISA
    assert snapped(f"{VISA} 123, 12/27", "1111 1111", "CREDIT_CARD") == VISA


def test_a_card_that_is_called_one_may_be_mistyped() -> None:
    wrong = VISA[:-1] + "2"
    assert verdict(f"reference {wrong}", wrong, "CREDIT_CARD") is Verdict.REFUTES
    assert verdict(f"my card is {wrong}", wrong, "CREDIT_CARD") is None


def test_no_opinion_of_numbers_that_no_brand_issues() -> None:
    for number in ("1234 5678 9012 3456", "4242", "**** **** **** 1111", "4006381333931"):
        assert verdict(f"card {number}", number, "CREDIT_CARD") is None
        assert found_in(number) == []


@pytest.mark.parametrize(
    "number",
    ["blk_-4111111111111111", "0.4111111111111111", "a4111111111111111", "1234 4111 1111 1111 1111 00", "41111111111111110000"],
)
def test_a_part_of_something_longer_is_no_card(number: str) -> None:
    assert found_in(number) == []


@pytest.mark.parametrize(
    "iban", [IBAN, IBAN.replace(" ", ""), "GB29 NWBK 6016 1331 9268 19", "fr1420041010050500013m02606", "NO93 8601 1117 947"]
)
def test_ibans(iban: str) -> None:
    for text in (f"IBAN: {iban} please", f"口座は{iban}です", f"{iban} BIC COBADEFFXXX"):
        assert snapped(text, iban[5:12], "BANK_ACCOUNT") == iban
        assert found_in(text) == [("BANK_ACCOUNT", iban)]
    wrong = iban.replace(iban[3], "1" if iban[3] != "1" else "2", 1)
    assert found_in(wrong) == []
    assert verdict(wrong, wrong, "BANK_ACCOUNT") is None


def test_what_names_a_bank_is_no_account() -> None:
    assert verdict("routing number 021000021", "021000021", "BANK_ACCOUNT") is Verdict.REFUTES
    assert verdict("account number 021000021", "021000021", "BANK_ACCOUNT") is None
    assert verdict("sort code 12-34-56", "12-34-56", "BANK_ACCOUNT") is Verdict.REFUTES
    assert verdict("BIC COBADEFFXXX", "COBADEFFXXX", "BANK_ACCOUNT") is Verdict.REFUTES
    assert verdict("account 12345678", "12345678", "BANK_ACCOUNT") is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("call +44 7700 900123 now", "+44 7700 900123"),
        ("+1 (415) 555-0123", "+1 (415) 555-0123"),
        ("携帯は090-1234-5678です", "090-1234-5678"),
        ("電話０９０－１２３４－５６７８まで", "０９０－１２３４－５６７８"),
        ("０９０ー１２３４ー５６７８", "０９０ー１２３４ー５６７８"),
        ("本社は03(1234)5678です", "03(1234)5678"),
        ("(03)1234-5678", "(03)1234-5678"),
        ("0312345678", "0312345678"),
        ("at 415-555-0123 today", "415-555-0123"),
        ("(415) 555-0123", "(415) 555-0123"),
        ("415.555.0123", "415.555.0123"),
        ("1-415-555-0123", "1-415-555-0123"),
        ("my phone: 4155550123", "4155550123"),
        ("415-555-0123 ext. 42", "415-555-0123 ext. 42"),
        ("01 23 45 67 89", "01 23 45 67 89"),
        ("020 7946 0958", "020 7946 0958"),
        ("+49 30 1234567, 2024-01-15", "+49 30 1234567"),
        ("mobile 98765 43210", "98765 43210"),
        ("call 415-555-0123 12:30", "415-555-0123"),
        ("090-1234-5678 03-1234-5678", "090-1234-5678"),
    ],
)
def test_phones(text: str, number: str) -> None:
    middle = number[3 : len(number) - 3]
    for part in (number[:5], middle, number[4:], number):
        assert snapped(text, part, "PHONE") == number


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("on 2024-01-15 at", "2024-01-15"),
        ("2024-01-15T10:20:30Z", "2024-01-15T10:20:30"),
        ("born 12.05.1990", "12.05.1990"),
        ("v1.2.3", "1.2.3"),
        ("at 35.68950, 139.69171", "139.69171"),
        ("(53.33306, -6.24889)", "53.33306, -6.24889"),
        ("550e8400-e29b-41d4-a716-446655440000", "446655440000"),
        ("INV-20240115", "20240115"),
        ("order 123-1234567-1234567", "123-1234567-1234567"),
        ("ISBN 978-3-16-148410-0", "978-3-16-148410-0"),
        ("$1,234,567.00", "1,234,567.00"),
        ("12345678901234567890", "12345678901234567890"),
        ("room 110", "110"),
    ],
)
def test_what_is_no_phone(text: str, part: str) -> None:
    assert verdict(text, part, "PHONE") is Verdict.REFUTES
    assert found_in(text) == []


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("ext. 4021", "4021"),
        ("内線 204", "204"),
        ("call 1-800-FLOWERS", "1-800-FLOWERS"),
        ("four one five five five five", "four one five five five five"),
        ("slot 555-0123", "555-0123"),
        ("parcel 1234-5678-9012", "1234-5678-9012"),
        ("part 123-45-6789", "123-45-6789"),
        ("12345678", "12345678"),
        ("TEL-999999", "999999"),
    ],
)
def test_no_opinion_of_a_phone(text: str, part: str) -> None:
    assert verdict(text, part, "PHONE") is None


def test_of_their_own_accord_only_valid_international_phones() -> None:
    assert found_in("+81 90-1234-5678, 090-1234-5678") == [("PHONE", "+81 90-1234-5678")]
    for text in ("x+12345678901", "3 +4155550123", "+0123456789", "+1 234", "a=+14155550123456789"):
        assert found_in(text) == []


@pytest.mark.parametrize("address", ["192.0.2.1", "198.51.100.255", "2001:db8::8a2e:370:7334", "fe80::1", "１９２．０．２．１"])
def test_addresses(address: str) -> None:
    for text in (f"接続元は{address}です", f"from {address}.", f"[{address}]:8080", f"http://{address}/x"):
        assert snapped(text, address[2:6], "IP_ADDRESS") == address
        assert found_in(text) == [("IP_ADDRESS", address)]


def test_what_is_no_address() -> None:
    for text, part in (
        ("build 10.0.22621.1", "10.0.22621.1"),
        ("v1.2.3.44", "1.2.3.44"),
        ("version 1.2.3.44", "1.2.3.44"),
        ("Chrome/120.0.0.0", "120.0.0.0"),
        ("host 300.1.2.3", "300.1.2.3"),
        ("6.5.3", "6.5.3"),
        ("00:1a:2b:3c:4d:5e", "00:1a:2b:3c:4d:5e"),
        ("12:34:56", "12:34:56"),
        ("localhost", "localhost"),
    ):
        assert verdict(text, part, "IP_ADDRESS") is Verdict.REFUTES, part
        assert found_in(text) == [], part


def test_addresses_that_name_no_host_or_may_be_versions_are_not_offered() -> None:
    for text in ("127.0.0.1", "0.0.0.0", "255.255.255.0", "Clone 2.4.0.3.", "vector-0.11.0.0", "a::b", "1.2.3.4.5", "::1"):
        assert found_in(text) == []
    assert verdict("take 2.4.0.3", "2.4.0.3", "IP_ADDRESS") is None
    assert snapped("lo 127.0.0.1", "0.0.1", "IP_ADDRESS") == "127.0.0.1"
    assert verdict("192.168.001.010", "192.168.001.010", "IP_ADDRESS") is None


@pytest.mark.parametrize("address", ["taro@example.jp", "a.b+c@mail.example.co.uk", "ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ"])
def test_emails(address: str) -> None:
    for text in (f"連絡先は{address}です", f"<{address}>", f"mailto:{address}?x=1", f"write to {address}."):
        assert snapped(text, address[2:7], "EMAIL") == address
        assert found_in(text) == [("EMAIL", address)]


def test_a_list_of_emails_stays_together() -> None:
    text = "to a@example.com, b@example.org and c@example.net"
    assert snapped(text, "a@example.com, b@example.org", "EMAIL") == "a@example.com, b@example.org"
    assert len(candidates(text)) == 3


def test_what_is_no_email() -> None:
    for text, part in (("see config.yaml", "config.yaml"), ("by @taro", "@taro"), ("Mira Holm", "Mira Holm")):
        assert verdict(text, part, "EMAIL") is Verdict.REFUTES
    for part in (
        "taro at example dot jp",
        "taro★example.jp",
        "josmith gmail com",
        "josmithexamplecom",
        "taro@localhost",
        "taro[at]example.jp",
    ):
        assert verdict(f"mail {part}", part, "EMAIL") is None
    for text in ("icon@2x.png", "git@example.com:a/b.git", "https://u:p@example.com/x", "a@@example.com", "@example.com"):
        assert found_in(text) == []


def test_secrets() -> None:
    rng = random.Random(7)
    alnum = string.ascii_letters + string.digits

    def some(count: int) -> str:
        return "A0a" + "".join(rng.choices(alnum, k=count - 3))

    pem = "-----BEGIN RSA PRIVATE KEY-----\n" + some(64) + "\n-----END RSA PRIVATE KEY-----"
    for key in (
        f"eyJ{some(30)}.eyJ{some(40)}.{some(43)}",
        "AKIA" + some(16).upper(),
        "ghp_" + some(36),
        "sk-" + some(48),
        "sk_live_" + some(24),
        "AIza" + some(35),
        "hf_" + some(34),
        "npm_" + some(36),
        f"SG.{some(22)}.{some(43)}",
        pem,
    ):
        assert found_in(f"鍵は{key}です") == [("SECRET", key)]
        if len(key) < 60:
            assert snapped(f"key={key};", key[5:15], "SECRET") == key
    for text in ("sk-learn-something-quite-long-name", "AKIA1234", "-----BEGIN RSA PRIVATE KEY-----", "npm_config_cache"):
        assert found_in(text) == []
    assert verdict("hunter2", "hunter2", "SECRET") is None


def test_a_check_sum_says_which_class_a_number_is() -> None:
    text = f"call me: {VISA}"
    card = reclassify(text, *span(text, VISA), "PHONE")
    assert card is not None
    assert (card.entity_type, card.name, card.strength) == ("CREDIT_CARD", "luhn", Strength.CHECKSUM)
    account = reclassify(IBAN, 0, len(IBAN), "CREDIT_CARD")
    assert account is not None
    assert (account.entity_type, account.start, account.end) == ("BANK_ACCOUNT", 0, len(IBAN))
    assert reclassify(VISA, 0, len(VISA), "CREDIT_CARD") is None
    assert reclassify(VISA, 0, len(VISA), "PERSON") is None
    # Weak: a check digit alone, or a card beside another number.
    assert reclassify("Aadhaar 3428 4192 0758", 8, 22, "PHONE") is None
    both = f"090-1234-5678 {VISA}"
    assert reclassify(both, 0, len(both), "PHONE") is None


def test_snapping_leaves_out_no_other_number() -> None:
    text = "passport X1234567, SSN 536-22-1234"
    assert snapped(text, text, "NATIONAL_ID") == text
    text = "090-1234-5678 03-1234-5678 / 99"
    assert snapped(text, text, "PHONE") == text
    text = "password hunter2 AKIAIOSFODNN7EXAMPLE"
    assert snapped(text, text, "SECRET") == text


def test_a_value_that_may_go_on_beyond_the_context_is_not_judged() -> None:
    assert weigh("1" * 200, 90, 100, "CREDIT_CARD") is None
    assert weigh("a" * 100 + "@" + "b" * 100 + ".com", 100, 101, "EMAIL") is None


def test_classes_without_checks() -> None:
    for entity_type in ("PERSON", "ADDRESS", "DATE_OF_BIRTH", "USERNAME", "UNKNOWN"):
        assert weigh(VISA, 0, 4, entity_type) is None


ATOMS = st.sampled_from(
    [VISA, IBAN, "taro@example.jp", "+44 7700 900123", "090-1234-5678", "192.0.2.1", "2001:db8::1"]
    + ["電話", "ー", "（", "@", "+", ":", "-", ".", " ", "\n", "\u200b", "１２", "0", "٣", "İ", "ß", "eyJ", "sk-"]
    + ["-----BEGIN PRIVATE KEY-----", "v1.2", "$1,234", "ſsn", "𝟙𝟚𝟛", "\ud800"]
    + [written for _, written in EXAMPLES]
)
TEXTS = st.one_of(st.text(), st.lists(ATOMS, max_size=12).map("".join))


@given(text=TEXTS, start=st.integers(-5, 80), size=st.integers(-3, 60), entity_type=st.sampled_from(ENTITY_TYPES))
@settings(max_examples=400, deadline=None)
def test_any_span_of_any_text_may_be_weighed(text: str, start: int, size: int, entity_type: str) -> None:
    for found in (weigh(text, start, start + size, entity_type), reclassify(text, start, start + size, entity_type)):
        if found is None:
            continue
        assert 0 <= found.start < found.end <= len(text)
        assert found.start < start + size
        assert start < found.end


@given(text=TEXTS)
@settings(max_examples=300, deadline=None)
def test_candidates_are_in_order_and_confirmed_by_their_class(text: str) -> None:
    found = candidates(text)
    assert all(0 <= e.start < e.end <= len(text) for e in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    for e in found:
        again = weigh(text, e.start, e.end, e.entity_type)
        assert again is not None
        assert again.verdict is Verdict.CONFIRMS
        assert again.start <= e.start < e.end <= again.end


@given(text=TEXTS)
def test_folding_keeps_every_offset(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    assert all(a == b for a, b in zip(text, folded, strict=True) if a.isascii() and a != "\t")
    assert re.sub(r"[^\d]", "", folded).isascii()


@pytest.mark.parametrize(
    "unit",
    [
        *"1a@:+(-f１ー",
        "1 ",
        "a.",
        "a@",
        "::",
        "a:",
        "1.",
        "1-",
        "+1",
        "AA00 ",
        "eyJ",
        "eyJaaaaaaaa.",
        "sk-",
        "4111 ",
        "a'",
        *UNENDED,
    ],
)
def test_work_grows_with_the_text_and_no_faster(unit: str) -> None:
    """A pattern that read the rest of the text again from each place would take minutes."""
    text = unit * (200_000 // len(unit)) + "z"
    assert all(e.end <= len(text) for e in candidates(text))
