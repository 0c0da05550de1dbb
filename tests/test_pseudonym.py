"""Invented values for values: the same for the same, of the same form, and nobody's where a range is kept for that."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from datetime import date

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from piiprobe.redaction.pseudonym import Pseudonyms
from piiprobe.redaction.surrogates.checks import CHECKS, dni, iban, luhn, my_number, nir, steuer_id
from piiprobe.redaction.surrogates.date import LEAST_DAYS, MOST_DAYS
from piiprobe.redaction.surrogates.words import LATIN_WORDS
from probes.entity import ENTITY_TYPES

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
CRM = Pseudonyms(KEY, "crm")
KEYS = [Pseudonyms(bytes([seed]) * 32, "crm") for seed in range(20)]
WRITTEN = {
    "PERSON": [
        "Anna Bell",
        "Dr. Anna-Maria O'Brien",
        "van der Haag, Ludwig",
        "佐藤美咲さん",
        "サトウ ミサキ",
        "Анна Белова",
        "김민수",
        "A.",
    ],
    "EMAIL": ["anna.bell@acme.example", "info@acme.example", "k_takahashi77@kaisha.example.jp", "anna at acme dot example"],
    "PHONE": [
        "+44 7700 900123",
        "(212) 555-0142",
        "03-5550-0142",
        "０９０－１２３４－５６７８",
        "+49 (0)171 1234567 ext. 12",
        "5550142",
    ],
    "ADDRESS": [
        "48 Larkspur Lane, Apt 5, Dunmore, PA 18512",
        "東京都港区架空町3丁目14番5号",
        "Lindenstraße 5, 10115 Musterstadt",
    ],
    "DATE_OF_BIRTH": ["1987-03-14", "03/04/1987", "14 March 1987", "昭和62年3月14日", "spring 1987", "31/31/1999", "1987"],
    "NATIONAL_ID": ["987-65-4320", "12345678Z", "8001015009087", "AB 12 34 56 C"],
    "CREDIT_CARD": ["4111 1111 1111 1111", "378282246310005", "4111 1111 1111 1112"],
    "BANK_ACCOUNT": ["DE89 3704 0044 0532 0130 00", "12345678", "GB82WEST12345698765432"],
    "IP_ADDRESS": ["10.0.0.1", "10.0.0.1:8080", "10.0.0.0/24", "fe80::1", "[2001:DB8:0:0:0:0:0:1]:443", "10.0.0"],
    "USERNAME": ["@kestrel_dev", "KestrelDev99"],
    "SECRET": ["Vq9-hunter2!", "!!!", "🙂"],
}
ALL = [(entity_type, text) for entity_type, written in WRITTEN.items() for text in written]


def person(text: str, pseudonyms: Pseudonyms = CRM) -> str:
    return pseudonyms.surrogate("PERSON", text)


def shape(text: str) -> str:
    """Digits as 0, letters as a and A; all else as it is."""
    return "".join("0" if c.isdecimal() else "A" if c.isupper() else "a" if c.isalpha() else c for c in text)


def test_every_entity_type_is_tried_here() -> None:
    assert tuple(WRITTEN) == ENTITY_TYPES


@pytest.mark.parametrize(("entity_type", "text"), ALL)
def test_a_key_and_scope_decide_and_the_value_itself_never_comes_out(entity_type: str, text: str) -> None:
    made = [each.surrogate(entity_type, text) for each in KEYS]
    assert made == [Pseudonyms(bytes([seed]) * 32, "crm").surrogate(entity_type, text) for seed in range(20)]
    assert text not in made
    assert len(set(made)) > 10
    assert Pseudonyms(KEY, "web").surrogate(entity_type, text) != CRM.surrogate(entity_type, text)


@settings(max_examples=300)
@given(st.sampled_from((*ENTITY_TYPES, "OTHER")), st.text(st.characters(), min_size=1, max_size=20))
def test_any_text_has_a_pseudonym_that_is_not_itself(entity_type: str, text: str) -> None:
    new = CRM.surrogate(entity_type, text)
    assert new
    assert new != text


@settings(max_examples=300)
@given(
    st.sampled_from(("PERSON", "ADDRESS", "EMAIL")),
    st.lists(st.sampled_from(["Quillfeather", "Zebulon", "架空", "虚構"]), min_size=1),
)
def test_no_word_of_a_name_stays(entity_type: str, words: list[str]) -> None:
    new = CRM.surrogate(entity_type, " ".join(words))
    assert not any(each in new for each in words)


@pytest.mark.parametrize(
    ("text", "like"),
    [
        ("Bell", "{bell}"),
        ("Anna", "{anna}"),
        ("ANNA BELL", "{ANNA} {BELL}"),
        ("anna bell", "{anna:l} {bell:l}"),
        ("Bell, Anna", "{bell}, {anna}"),
        ("Dr. Bell", "Dr. {bell}"),
        ("Ms Anna Bell Jr.", "Ms {anna} {bell} Jr."),
        ("Anna von Bell", "{anna} von {bell}"),
        ("Ánna Bell’s", "{anna} {bell}’s"),
        ("Anna-Bell", "{anna}-{bell}"),
    ],
)
def test_a_person_is_the_same_by_any_of_the_names(text: str, like: str) -> None:
    anna, bell = person("Anna Bell").split()
    made = like.replace("{anna}", anna).replace("{bell}", bell).replace("{ANNA}", anna.upper()).replace("{BELL}", bell.upper())
    assert person(text) == made.replace("{anna:l}", anna.lower()).replace("{bell:l}", bell.lower())


@pytest.mark.parametrize(
    ("whole", "family", "given"),
    [
        ("佐藤美咲", "佐藤", "美咲"),
        ("林美咲", "林", "美咲"),
        ("佐々木美咲", "佐々木", "美咲"),
        ("佐藤誠", "佐藤", "誠"),
        ("김 민수", "김", "민수"),
    ],
)
def test_a_japanese_name_is_the_same_in_parts_with_blanks_and_honorifics(whole: str, family: str, given: str) -> None:
    blank = " " if " " in whole else ""
    assert person(whole) == f"{person(family)}{blank}{person(given)}"
    assert person(f"{family} {given}") == f"{person(family)} {person(given)}"
    assert person(f"{family}さん") == f"{person(family)}さん"


def test_names_in_kana_agree_in_both_kinds_and_any_order() -> None:
    family, given = person("サトウ"), person("ミサキ")
    assert person("サトウ・ミサキ") == f"{family}・{given}"
    assert person("ミサキ サトウ") == f"{given} {family}"
    to_katakana = {at: at + 0x60 for at in range(ord("ぁ"), ord("ゖ") + 1)}
    assert person("さとう").translate(to_katakana) == family
    assert re.fullmatch("[ア-ワ]{3}", family)


def test_a_title_alone_is_taken_for_a_name() -> None:
    assert person("Prof.") != "Prof."


@pytest.mark.parametrize(
    ("text", "script"), [("Анна", "CYRILLIC"), ("佐藤", "CJK"), ("민수", "HANGUL"), ("さとう", "HIRAGANA"), ("Anna", "LATIN")]
)
def test_a_name_stays_in_its_script(text: str, script: str) -> None:
    assert all(unicodedata.name(char).startswith(script) for char in person(text))


def test_two_words_share_a_pseudonym_about_as_often_as_is_stated() -> None:
    words = [f"{a}{b}{c}nd" for a in "bcdfghjklm" for b in "aeiou" for c in "bcdfghjklmnprst"]
    pairs = len(words) * (len(words) - 1) / 2
    shared = sum(len(words) - len({person(word, each) for word in words}) for each in KEYS)
    expected = len(KEYS) * pairs / LATIN_WORDS
    assert 0.7 * expected < shared < 1.3 * expected


def test_an_e_mail_address_has_the_names_of_its_person() -> None:
    anna, bell = person("anna bell").split()
    made = CRM.surrogate("EMAIL", "anna.bell@acme.example")
    assert re.fullmatch(rf"{anna}\.{bell}@[a-z]+\.example\.com", made)
    assert CRM.surrogate("EMAIL", "Anna.Bell@ACME.example").lower() == made


def test_a_domain_keeps_together_and_offices_stay() -> None:
    domain = CRM.surrogate("EMAIL", "anna.bell@acme.example").partition("@")[2]
    assert CRM.surrogate("EMAIL", "info@acme.example") == f"info@{domain}"
    assert CRM.surrogate("EMAIL", "info@other.example").partition("@")[2] != domain


@pytest.mark.parametrize(
    ("ending", "reserved"), [("jp", "jp"), ("co.jp", "jp"), ("org", "org"), ("net", "net"), ("com", "com"), ("de", "com")]
)
def test_an_e_mail_address_is_nobodys(ending: str, reserved: str) -> None:
    assert CRM.surrogate("EMAIL", f"anna@acme.{ending}").endswith(f".example.{reserved}")


FICTION = [
    ("+1 212 555 0199", r"\+1 [2-9]\d\d 555 01\d\d"),
    ("(212) 867-5309", r"\([2-9]\d\d\) 555-01\d\d"),
    ("1-212-867-5309", r"1-[2-9]\d\d-555-01\d\d"),
    ("+44 7911 123456", r"\+44 7700 900\d{3}"),
    ("07911123456", r"07700900\d{3}"),
    ("020 7123 4567", r"020 7946 0\d{3}"),
    ("0161 123 4567", r"0163 296 0\d{3}"),
    ("+33 6 12 34 56 78", r"\+33 6 39 98 \d\d \d\d"),
    ("01 42 34 56 78", r"01 99 00 \d\d \d\d"),
    ("+49 171 1234567", r"\+49 171 39200\d\d"),
    ("0049 30 12345678", r"0049 30 23125\d{3}"),
    ("+81 90-1234-5678", r"\+81 90-0\d{3}-\d{4}"),
    ("０９０－１２３４－５６７８", r"０９０－０\d{3}－\d{4}"),
    ("03-1234-5678", r"03-0\d{3}-\d{4}"),
    ("+34 612 345 678", r"\+34 \d{3} \d{3} \d{3}"),
    ("+1 212 867 5309 x12", r"\+1 [2-9]\d\d 555 01\d\d x\d\d"),
]


@pytest.mark.parametrize(("text", "form"), FICTION)
def test_a_telephone_number_keeps_its_form_and_goes_where_nobody_is(text: str, form: str) -> None:
    for each in KEYS:
        made = each.surrogate("PHONE", text)
        assert re.fullmatch(form, made), made
        assert shape(made) == shape(text)


def test_a_japanese_number_with_0_behind_its_prefix_is_no_number() -> None:
    made = CRM.surrogate("PHONE", "+81 90-1234-5678")
    assert not phonenumbers.is_valid_number(phonenumbers.parse(made))


def test_a_telephone_number_is_the_same_with_and_without_its_country() -> None:
    assert CRM.surrogate("PHONE", "+44 7911 123456")[4:] == CRM.surrogate("PHONE", "07911 123456")[1:]
    assert CRM.surrogate("PHONE", "+81 3-1234-5678")[4:] == CRM.surrogate("PHONE", "03-1234-5678")[1:]


DATES = [
    ("1987-03-14", "%Y-%m-%d"),
    ("1987/12/24", "%Y/%m/%d"),
    ("19870314", "%Y%m%d"),
    ("14 March 1987", "{d} %B %Y"),
    ("March 14, 1987", "%B {d}, %Y"),
    ("14 Mar 1987", "{d} %b %Y"),
    ("14 MARCH 1987", "{d} {B} %Y"),
    ("14th of March 1987", "{d}{th} of %B %Y"),
    ("14/03/1987", "%d/%m/%Y"),
    ("03/14/1987", "%m/%d/%Y"),
    ("14.3.1987", "{d}.{m}.%Y"),
    ("4.3.1987", "{d}.{m}.%Y"),
    ("14/03/87", "%d/%m/%y"),
    ("1987年3月14日", "%Y年{m}月{d}日"),
]


def written(day: date, form: str) -> str:
    th = "th" if 11 <= day.day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    parts = {"{d}": str(day.day), "{m}": str(day.month), "{B}": f"{day:%B}".upper(), "{th}": th}
    for name, part in parts.items():
        form = form.replace(name, part)
    return day.strftime(form)


@pytest.mark.parametrize(("text", "form"), DATES)
def test_dates_move_by_the_same_days_and_are_written_as_they_were(text: str, form: str) -> None:
    for each in KEYS:
        days = date.fromisoformat(each.surrogate("DATE_OF_BIRTH", "1987-01-01")) - date(1987, 1, 1)
        assert LEAST_DAYS <= abs(days.days) <= MOST_DAYS
        original = next(day for day in (date(1987, 3, 14), date(1987, 3, 4), date(1987, 12, 24)) if written(day, form) == text)
        assert each.surrogate("DATE_OF_BIRTH", text) == written(original + days, form)


@pytest.mark.parametrize("text", ["03/04/1987", "3/4/87", "12-12-1987"])
def test_a_date_of_which_nobody_knows_the_month_stays_one(text: str) -> None:
    for each in KEYS:
        first, second, year = (int(part) for part in re.split("[-/]", each.surrogate("DATE_OF_BIRTH", text)))
        assert 1 <= first <= 12
        assert 1 <= second <= 12
        assert 85 <= year % 100 <= 89
        assert each.surrogate("DATE_OF_BIRTH", "04/04/1987") == each.surrogate("DATE_OF_BIRTH", "04/04/1987")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("昭和64年1月7日", r"(昭和6\d|平成(元|\d))年\d{1,2}月\d{1,2}日"),
        ("平成元年１月８日", "(昭和６[１-４]|平成[元２-９])年[０-９]{1,2}月[０-９]{1,2}日"),
        ("S63.06.01", r"[SH](\d\d)\.\d\d\.\d\d"),
        (
            "14. März 1987",
            r"\d{1,2}\. (Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember) 198\d",
        ),
        ("14 de marzo de 1987", r"\d{1,2} de [a-z]+ de 198\d"),
        ("14 mars 1987", r"\d{1,2} [a-zéû]+ 198\d"),
        ("March 1987", r"[A-Z][a-z]+ 198\d"),
        ("spring 1987", r"[a-z]{6} [1-9]\d{3}"),
        ("31/31/1999", r"\d\d/\d\d/\d{4}"),
    ],
)
def test_dates_of_other_countries_and_ways(text: str, form: str) -> None:
    for each in KEYS:
        made = each.surrogate("DATE_OF_BIRTH", text)
        assert re.fullmatch(form, made), made


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (luhn, "4111 1111 1111 1111", "4111 1111 1111 1112"),
        (iban, "DE89 3704 0044 0532 0130 00", "DE88 3704 0044 0532 0130 00"),
        (nir, "1 55 08 13 168 025 18", "1 55 08 13 168 025 19"),
        (dni, "12345678Z", "12345678A"),
        (dni, "X1234567L", "X1234567M"),
        (my_number, "123456789018", "123456789019"),
        (steuer_id, "36 574 261 809", "36 574 261 808"),
    ],
)
def test_check_sums_and_numbers_that_pass_them(check: object, good: str, bad: str) -> None:
    assert check in CHECKS
    assert callable(check)
    assert (check(good), check(bad)) == (True, False)
    for entity_type in ("NATIONAL_ID", "CREDIT_CARD", "BANK_ACCOUNT"):
        made = CRM.surrogate(entity_type, good)
        assert check(made), made
        assert shape(made) == shape(good)


def test_cards_keep_their_network_and_accounts_their_country() -> None:
    assert {each.surrogate("CREDIT_CARD", "4111 1111 1111 1111")[0] for each in KEYS} == {"4"}
    assert {each.surrogate("BANK_ACCOUNT", "DE89 3704 0044 0532 0130 00")[:2] for each in KEYS} == {"DE"}


def test_a_number_is_the_same_however_it_is_grouped() -> None:
    spaced = CRM.surrogate("CREDIT_CARD", "4111 1111 1111 1111")
    assert CRM.surrogate("CREDIT_CARD", "4111-1111-1111-1111") == spaced.replace(" ", "-")
    assert CRM.surrogate("CREDIT_CARD", "4111111111111111") == spaced.replace(" ", "")


def test_a_social_security_number_is_one_that_is_never_given_out() -> None:
    assert all(re.fullmatch(r"666-\d\d-\d{4}", each.surrogate("NATIONAL_ID", "987-65-4320")) for each in KEYS)


@pytest.mark.parametrize("text", ["10.0.0.1", "203.0.113.45", "fe80::1", "2606:4700:0:0:0:0:0:1111"])
def test_an_ip_address_is_one_of_documentation(text: str) -> None:
    blocks = [ipaddress.ip_network(each) for each in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")]
    for each in KEYS:
        made = ipaddress.ip_address(each.surrogate("IP_ADDRESS", text))
        assert any(made in block for block in blocks)
    assert CRM.surrogate("IP_ADDRESS", "fe80::1") != CRM.surrogate("IP_ADDRESS", "fe80::2")


def test_what_follows_an_ip_address_stays() -> None:
    assert CRM.surrogate("IP_ADDRESS", "10.0.0.1:8080") == f"{CRM.surrogate('IP_ADDRESS', '10.0.0.1')}:8080"
    assert CRM.surrogate("IP_ADDRESS", "10.0.0.0/8").endswith("/8")
    assert CRM.surrogate("IP_ADDRESS", "[fe80::1]:443") == f"[{CRM.surrogate('IP_ADDRESS', 'fe80::1')}]:443"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("48 Larkspur Lane, Apt 5, Dunmore, PA 18512", r"\d\d [A-Z][a-z]+ Lane, Apt \d, [A-Z][a-z]+, [A-Z]{2} \d{5}"),
        ("東京都港区架空町3丁目14番5号", r"\w\w都\w区\w\w町\d丁目\d\d番\d号"),
        ("Lindenstraße 5, 10115 Musterstadt", r"[A-Z][a-z]+straße \d, \d{5} [A-Z][a-z]+"),
        ("12 rue des Tilleuls, 75011 Villefeinte", r"\d\d rue des [A-Z][a-z]+, \d{5} [A-Z][a-z]+"),
    ],
)
def test_an_address_keeps_what_says_of_which_kind_its_parts_are(text: str, form: str) -> None:
    for each in KEYS:
        made = each.surrogate("ADDRESS", text)
        assert re.fullmatch(form, made), made


def test_a_part_of_an_address_agrees_with_the_whole() -> None:
    whole = CRM.surrogate("ADDRESS", "48 Larkspur Lane, Dunmore")
    assert whole.startswith(CRM.surrogate("ADDRESS", "48 Larkspur Lane"))
    assert whole.endswith(CRM.surrogate("ADDRESS", "Dunmore"))


@pytest.mark.parametrize("entity_type", ["USERNAME", "SECRET", "OTHER"])
def test_other_values_keep_their_shape(entity_type: str) -> None:
    for text in ("@kestrel_dev", "Vq9-hunter2!", "ＡＢ１２", "E-0042"):
        assert shape(CRM.surrogate(entity_type, text)) == shape(text)
