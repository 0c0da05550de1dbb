from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from probes.entity import ENTITY_TYPES, NONE
from probes.training.example import Example
from probes.training.label_rules import COMMON, SETS, rules_for
from probes.training.labelled import LabelledDataError, load_set, read_folder, read_set, without

Row = tuple[str, list[tuple[int, int, str, str | None]]]


def write_set(folder: Path, name: str, *rows: Row, domain: str | None = None) -> Path:
    path = folder / f"{name}.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as out:
        for text, spans in rows:
            listed = [{"start": a, "end": b, "label": label, "pii": pii} for a, b, label, pii in spans]
            record = {"text": text, "spans": listed, "lang": "en", "source": name, "domain": domain}
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
    return path


def at(text: str, part: str, label: str, pii: str | None = None) -> tuple[int, int, str, str | None]:
    start = text.index(part)
    return start, start + len(part), label, pii


def one(folder: Path, name: str, text: str, *parts: tuple[str, str], domain: str | None = None) -> Example:
    (example,) = read_set(write_set(folder, name, (text, [at(text, *part) for part in parts]), domain=domain))
    return example


def shown(example: Example) -> list[tuple[str, set[str]]]:
    return [(example.text[x.start : x.end], set(x.candidates)) for x in example.labels]


def test_first_and_last_name_become_one(tmp_path: Path) -> None:
    text = "under Mira  Holt, or Holt for 5"
    parts = [("Mira", "first_name"), ("Holt", "last_name"), ("5", "people")]
    assert shown(one(tmp_path, "restaurant8k.train", text, *parts)) == [("Mira  Holt", {"PERSON"}), ("5", {NONE})]
    apart = one(tmp_path, "restaurant8k.train", "Mira, Holt", ("Mira", "first_name"), ("Holt", "last_name"))
    assert shown(apart) == [("Mira", {"PERSON"}), ("Holt", {"PERSON"})]


def test_what_a_set_does_not_label_is_unlabelled(tmp_path: Path) -> None:
    assert one(tmp_path, "restaurant8k.train", "hello").unlabelled == {"PHONE", "ADDRESS"}
    assert "PERSON" in one(tmp_path, "sgd.train", "hello").unlabelled
    assert one(tmp_path, "hardneg.en", "hello").unlabelled == frozenset()
    assert load_set(tmp_path / "hardneg.en.jsonl.gz").complete == set(ENTITY_TYPES)


def test_a_city_is_part_of_an_address_only_beside_one(tmp_path: Path) -> None:
    text = "Calle Sol 3, 2. 28001 Madrid. Vive en Madrid"
    parts = [("Calle Sol 3, 2", "CALLE"), ("28001", "TERRITORIO"), ("Madrid", "TERRITORIO")]
    first = one(tmp_path, "meddocan_es.train", text, *parts)
    assert shown(first) == [("Calle Sol 3, 2. 28001 Madrid", {"ADDRESS"})]
    alone = one(tmp_path, "meddocan_es.train", "en Madrid", ("Madrid", "TERRITORIO"))
    assert shown(alone) == [("Madrid", {"ADDRESS", NONE})]
    assert shown(one(tmp_path, "meddocan_es.train", "CP: 28001", ("28001", "TERRITORIO"))) == [("28001", {"ADDRESS"})]


def test_turns_of_a_chat_are_not_one_address(tmp_path: Path) -> None:
    parts = [("springfield", "current_city"), ("55512", "current_zipcode")]
    assert shown(one(tmp_path, "multidogo_conv.train", "springfield 55512", *parts)) == [("springfield 55512", {"ADDRESS"})]
    assert len(one(tmp_path, "multidogo_conv.train", "springfield\n55512", *parts).labels) == 2


def test_an_account_number_is_a_bank_account_where_the_talk_is_of_money(tmp_path: Path) -> None:
    part = ("4471", "account_number")
    assert shown(one(tmp_path, "multidogo_conv.train", "no 4471", part, domain="finance")) == [("4471", {"BANK_ACCOUNT"})]
    assert shown(one(tmp_path, "multidogo_conv.train", "no 4471", part, domain="software")) == [("4471", {"BANK_ACCOUNT", NONE})]


def test_handles_are_usernames_with_their_at_sign(tmp_path: Path) -> None:
    text = "RT @[mira_h] met Mira in #Mira and @shop".replace("[", "").replace("]", "")
    parts = [("mira_h", "PER"), ("Mira", "PER"), ("#Mira", "PER"), ("@shop", "ORG")]
    train = one(tmp_path, "btc.train", text, *parts)
    assert shown(train) == [
        ("@mira_h", {"USERNAME"}),
        ("Mira", {"PERSON"}),
        ("#Mira", {"PERSON", NONE}),
        ("@shop", {NONE, "USERNAME"}),
    ]
    assert shown(one(tmp_path, "btc.dev", text, *parts))[0] == ("@mira_h", {"PERSON", "USERNAME", NONE})


def test_an_initial_in_place_of_a_name_is_unsure(tmp_path: Path) -> None:
    text = "Zeuge K… sah C. B. und Brandt"
    example = one(tmp_path, "german_ler.dev", text, ("K…", "PER"), ("C. B.", "AN"), ("Brandt", "RR"))
    assert shown(example) == [("K…", {"PERSON", NONE}), ("C. B.", {"PERSON", NONE}), ("Brandt", {"PERSON"})]


def test_blanks_are_trimmed_and_the_longer_of_two_overlapping_labels_stays(tmp_path: Path) -> None:
    text = "  Mira Holt  \n"
    path = write_set(
        tmp_path, "wikigold.all", (text, [(0, 13, "PER", "PERSON"), (7, 11, "ORG", "ORG"), (13, 14, "PER", "PERSON")])
    )
    assert shown(read_set(path)[0]) == [("Mira Holt", {"PERSON"})]


def test_labels_of_no_known_meaning_are_dropped(tmp_path: Path) -> None:
    assert one(tmp_path, "stackoverflow_ner.train", "use 10.0.0.1", ("10.0.0.1", "Value")).labels == ()


def test_an_unknown_set_is_read_by_its_common_classes(tmp_path: Path) -> None:
    text = "Mira, 12 Elm Rd, 1990-01-01, 4471, mira@example.org, thing"
    spans = [
        at(text, "Mira", "who", "PERSON"),
        at(text, "12 Elm Rd", "where", "ADDRESS"),
        at(text, "1990-01-01", "when", "DATE"),
        at(text, "4471", "number", "FINANCIAL"),
        at(text, "mira@example.org", "mail", "EMAIL"),
        at(text, "thing", "thing", None),
    ]
    data = load_set(write_set(tmp_path, "mine", (text, spans)))
    assert [set(x.candidates) for x in data.examples[0].labels] == [
        {"PERSON"},
        {"ADDRESS"},
        {"DATE_OF_BIRTH", NONE},
        {"BANK_ACCOUNT", "CREDIT_CARD"},
        {"EMAIL"},
    ]
    assert data.complete == {"PERSON", "ADDRESS", "EMAIL"}
    assert data.examples[0].unlabelled == set(ENTITY_TYPES) - data.complete


def test_one_label_under_two_common_classes_is_as_unsure_as_both(tmp_path: Path) -> None:
    path = write_set(tmp_path, "mine", ("ab", [(0, 1, "x", "PERSON"), (1, 2, "x", "ORG")]))
    assert [set(x.candidates) for x in read_set(path)[0].labels] == [{"PERSON", NONE}] * 2


def test_a_folder_is_read_by_name(tmp_path: Path) -> None:
    write_set(tmp_path, "b", ("x", []))
    write_set(tmp_path, "a.train", ("y", []), ("z", []))
    folder = read_folder(tmp_path)
    assert {name: len(examples) for name, examples in folder.items()} == {"a.train": 2, "b": 1}
    assert list(read_folder(tmp_path, ["b"])) == ["b"]
    assert [e.text for e in without(folder["a.train"], [Example(" z\n", (), "en", "other")])] == ["y"]


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(LabelledDataError, match=r"no folder of labelled sets at .*nowhere"):
        read_folder(tmp_path / "nowhere")
    with pytest.raises(LabelledDataError, match="no labelled set"):
        read_folder(tmp_path)
    with pytest.raises(LabelledDataError, match=r"no labelled set at .*gone"):
        read_set(tmp_path / "gone.jsonl.gz")
    write_set(tmp_path, "here", ("x", []))
    with pytest.raises(LabelledDataError, match=r"missing in .*: gone\.jsonl\.gz"):
        read_folder(tmp_path, ["here", "gone"])


@pytest.mark.parametrize("line", ["{", '{"text": "x"}', '{"text": "x", "spans": [{"start": 0, "end": 2, "label": "PER"}]}', "3"])
def test_a_broken_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "broken.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as out:
        out.write('{"text": "", "spans": []}\n' + line + "\n")
    with pytest.raises(LabelledDataError, match="line 2"):
        read_set(path)


def test_the_table_names_only_classes_that_exist() -> None:
    known = {*ENTITY_TYPES, NONE}
    for name, rules in SETS.items():
        used = [*rules.labels.values(), *rules.by_domain.values(), *(meant for _, meant in rules.handles)]
        assert all(c and c <= known for c in used), name
        assert not rules.complete & rules.absent, name
        assert rules.complete | rules.absent <= set(ENTITY_TYPES), name
    assert all(c <= known for c in COMMON.values())


def test_rules_are_found_by_whole_name_before_the_first_part() -> None:
    assert rules_for("btc.dev") is SETS["btc.dev"]
    assert rules_for("btc.train") is SETS["btc"]
    assert rules_for("mine.train") is None
