"""Whole documents out of templates: single pieces, several sentences, forms and records."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

from probes.training.generate import english, english_plain, japanese, japanese_plain
from probes.training.generate.segments import Piece, Segment
from probes.training.generate.slots import Scene, fill, fill_slot, templates

_PLAIN = {"en": english_plain.PROSE, "ja": japanese_plain.PROSE}
_GROUPS = {
    "en": (english.PROSE, english.CHATS, english.MAILS, english.LOGS),
    "ja": (japanese.PROSE, japanese.CHATS, japanese.MAILS, japanese.LOGS),
}
_FIELDS: dict[str, tuple[tuple[str, str], ...]] = {
    "en": (
        ("Name|Full name|full_name|Customer|Patient name|Applicant|Employee|Contact person|Cardholder|Guest|Signed", "full"),
        ("First name|first_name|Given name|fname|Forename", "first"),
        ("Last name|last_name|Surname|Family name|lname", "last"),
        ("Name", "last_first"),
        ("Email|E-mail|email|Email address|contact_email|Mail", "email"),
        ("Phone|Tel|Mobile|phone|Cell|Telephone|phone_number|Contact no.", "phone"),
        ("Address|Home address|Shipping address|address|Billing address|Residence", "address"),
        ("Street|street_address|Addr", "street"),
        ("DOB|Date of birth|date_of_birth|Birthdate|Born|birth_date|D.O.B.", "dob"),
        ("SSN|ssn|Social Security Number", "ssn"),
        ("NI number|NINO", "nino"),
        ("NHS number", "nhs"),
        ("Aadhaar|aadhaar_no", "aadhaar"),
        ("PAN", "pan"),
        ("Passport|Passport no.|passport_number", "passport"),
        ("Driver license|DL|licence_no", "licence"),
        ("Card number|Credit card|card|CC|cc_number", "card"),
        ("IBAN|iban", "iban"),
        ("Account|Account number|account_no|Acct", "account"),
        ("IP|IP address|ip|client_ip|remote_addr", "ip"),
        ("Username|user|login|User ID|handle|account_name", "user"),
        ("Password|password|pwd|pass|Temp password", "password"),
        ("API key|api_key|token|secret|access_token", "api_key"),
        ("PIN|pin", "pin"),
        ("OTP|code", "otp"),
        ("Emergency contact|Spouse|Manager|Referred by", "full2"),
    ),
    "ja": (
        ("氏名|お名前|名前|ご氏名|申込者|契約者|患者名|担当者|受取人|代表者", "full"),
        ("フリガナ|ふりがな|カナ|カナ氏名", "kana"),
        ("姓|名字", "last"),
        ("名", "first"),
        ("ローマ字|英字氏名|ローマ字氏名", "romaji"),
        ("メール|メールアドレス|E-mail|Eメール|email", "email"),
        ("電話|電話番号|TEL|携帯|携帯電話|ご連絡先|tel", "phone"),
        ("住所|ご住所|現住所|お届け先|所在地|送付先|自宅", "address"),
        ("生年月日|誕生日|お誕生日", "dob"),
        ("マイナンバー|個人番号", "my_number"),
        ("旅券番号|パスポート番号", "passport"),
        ("免許証番号|運転免許証", "licence"),
        ("基礎年金番号", "pension"),
        ("在留カード番号", "residence_card"),
        ("カード番号|クレジットカード|クレジットカード番号", "card"),
        ("口座番号|普通預金|普通", "account"),
        ("IBAN", "iban"),
        ("口座名義|名義人", "kana"),
        ("IPアドレス|接続元IP|IP", "ip"),
        ("ユーザー名|ログインID|ユーザーID|アカウント名|user", "user"),
        ("パスワード|初期パスワード|password", "password"),
        ("APIキー|トークン|アクセストークン", "api_key"),
        ("暗証番号|PIN", "pin"),
        ("認証コード|ワンタイムパスワード", "otp"),
        ("緊急連絡先|配偶者|紹介者|保証人", "full2"),
    ),
}
_PLAIN_FIELDS: dict[str, tuple[tuple[str, str], ...]] = {
    "en": (
        ("Order|Order no.|order_id", "order_no"),
        ("Tracking", "tracking"),
        ("Version|Build", "version"),
        ("Invoice", "invoice"),
        ("Ticket|Case", "ticket"),
        ("Date|Created|Due|Expires|Appointment|start_date", "date"),
        ("Company|Employer|Carrier", "company"),
        ("City|Place of birth|Branch|Station", "city"),
        ("Product|Item", "product"),
        ("Total|Amount|price", "price"),
        ("Room|Location", "room"),
        ("Quantity|Age|qty", "n"),
        ("Request ID|uuid", "uuid"),
        ("Serial|Part no.|SKU", "part"),
        ("URL|Website", "url"),
        ("Weight|Dose", "measure"),
        ("Commit", "githash"),
        ("Timestamp|ts", "stamp"),
        ("Lot", "lot"),
        ("Bank", "bank"),
        ("BIC|SWIFT", "swift"),
        ("Sort code", "sort_code"),
        ("Expiry|exp", "expiry"),
        ("Flight", "flight"),
        ("MAC", "mac"),
        ("Host", "host"),
    ),
    "ja": (
        ("注文番号|ご注文番号|受注番号", "order_no"),
        ("伝票番号|お問い合わせ番号", "tracking"),
        ("バージョン", "version"),
        ("請求書番号", "invoice"),
        ("受付番号|管理番号", "ticket"),
        ("日付|申込日|期限|発行日|入社日|予約日", "date"),
        ("会社名|勤務先|取引先", "company"),
        ("出身地|最寄り駅|支店|勤務地", "city"),
        ("商品名|品名", "product"),
        ("金額|合計|価格", "price"),
        ("会場|場所", "room"),
        ("数量|年齢|個数", "n"),
        ("型番|品番", "part"),
        ("URL|ホームページ", "url"),
        ("重量|体重", "measure"),
        ("登録日時", "stamp"),
        ("銀行名|金融機関", "jp_bank"),
        ("支店番号", "branch"),
        ("有効期限", "expiry"),
        ("便名", "flight"),
        ("会員番号", "big"),
        ("部署", "city"),
    ),
}


def document(scene: Scene, *, pii: bool) -> Piece:
    """One document."""
    rng = scene.rng
    if not pii:
        return _record(scene, pii=False) if rng.random() < 0.14 else _plain(scene)
    draw = rng.random()
    if draw < 0.2:
        return _record(scene, pii=True)
    prose, chats, mails, logs = (templates(block) for block in _GROUPS[scene.language])
    if draw < 0.27:
        return fill(rng.choice(chats), scene)
    if draw < 0.37:
        return fill(rng.choice(mails), scene)
    if draw < 0.48:
        return _lines(scene, logs)
    if draw < 0.72:
        return fill(rng.choice(prose), scene)
    return _mixed(scene, prose)


def _plain(scene: Scene) -> Piece:
    rng = scene.rng
    pool = templates(_PLAIN[scene.language])
    return _joined(scene, [fill(rng.choice(pool), scene) for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 4, 6)))])


def _mixed(scene: Scene, prose: tuple[str, ...]) -> Piece:
    """PII sentences between plain ones."""
    rng = scene.rng
    plain = templates(_PLAIN[scene.language])
    pieces = [fill(rng.choice(prose), scene) for _ in range(rng.choice((1, 1, 2, 3)))]
    pieces += [fill(rng.choice(plain), scene) for _ in range(rng.choice((1, 1, 2, 3)))]
    rng.shuffle(pieces)
    return _joined(scene, pieces)


def _lines(scene: Scene, logs: tuple[str, ...]) -> Piece:
    """One log or record, or the same one again with other people."""
    rng = scene.rng
    template = rng.choice(logs)
    piece = fill(template, scene)
    if "\n" not in template and rng.random() < 0.35:
        for _ in range(rng.randint(1, 3)):
            piece += [Segment("\n"), *fill(template if rng.random() < 0.7 else rng.choice(logs), Scene(rng, scene.language))]
    return piece


def _joined(scene: Scene, pieces: list[Piece]) -> Piece:
    rng = scene.rng
    lines = any("\n" in segment.text for piece in pieces for segment in piece)
    inline = "" if scene.language == "ja" else " "
    sep = rng.choice(("\n", "\n\n")) if lines else rng.choice((inline, inline, inline, "\n", "\n\n"))
    out: Piece = []
    for i, piece in enumerate(pieces):
        if i:
            # Two labelled stretches may not touch, or the text would read as one.
            closed = not piece[0].entity and not out[-1].entity and out[-1].text[-1:] in "。.！？!?」"
            out.append(Segment(sep if sep.strip(" ") or closed else "\n"))
        out += piece
    return out


def _record(scene: Scene, *, pii: bool) -> Piece:
    """Fields with values in one of many layouts."""
    rng = scene.rng
    language = scene.language
    fields = rng.sample(_PLAIN_FIELDS[language], rng.randint(1 if pii else 2, 4))
    if pii:
        people = rng.sample(_FIELDS[language], rng.randint(1, 5))
        if rng.random() < 0.5 and _FIELDS[language][0] not in people:
            people.insert(0, _FIELDS[language][0])
        fields = people + (fields if rng.random() < 0.65 else [])
        if rng.random() < 0.4:
            rng.shuffle(fields)
    rows: list[tuple[str, Piece]] = []
    for words, slot in fields:
        which = slot[-1] if slot[-1].isdigit() else ""
        rows.append((rng.choice(words.split("|")), fill_slot(scene, slot.rstrip("0123456789"), which)))
    return rng.choice(_LAYOUTS[language])(rows, rng)


_Layout = Callable[[list[tuple[str, Piece]], random.Random], Piece]


def _layout(before: str, between: str, after: str, head: str = "", tail: str = "") -> _Layout:
    def lay(rows: list[tuple[str, Piece]], rng: random.Random) -> Piece:
        piece: Piece = [Segment(head)] if head else []
        for i, (key, value) in enumerate(rows):
            piece += [Segment((after if i else "") + before.replace("KEY", key) + key + between), *value]
        return [*piece, Segment(tail)] if tail else piece

    return lay


def _json(rows: list[tuple[str, Piece]], rng: random.Random) -> Piece:
    gap = rng.choice((" ", "\n  "))
    piece: Piece = [Segment("{" + (gap if "\n" in gap else ""))]
    for i, (key, value) in enumerate(rows):
        piece.append(Segment(("," + gap if i else "") + json.dumps(key.lower().replace(" ", "_"), ensure_ascii=False) + ': "'))
        # What JSON would escape has to stay as long as its label.
        piece += [Segment(segment.text.replace('"', "'").replace("\n", " "), segment.entity) for segment in value]
        piece.append(Segment('"'))
    return [*piece, Segment("\n}" if "\n" in gap else "}")]


def _csv(rows: list[tuple[str, Piece]], rng: random.Random) -> Piece:
    sep = rng.choice((",", ";", "\t", " | "))
    piece: Piece = [Segment(sep.join(key for key, _ in rows) + "\n")] if rng.random() < 0.7 else []
    for i, (_, value) in enumerate(rows):
        quoted = '"' if any("," in segment.text for segment in value) and sep == "," else ""
        piece += [Segment((sep if i else "") + quoted), *value, Segment(quoted)]
    return [segment for segment in piece if segment.text]


def _html(rows: list[tuple[str, Piece]], rng: random.Random) -> Piece:
    tag = rng.choice(("td", "li", "p", "span"))
    piece: Piece = []
    for key, value in rows:
        piece += [Segment(f"<{tag}>{key}: "), *value, Segment(f"</{tag}>\n")]
    return piece


_LAYOUTS: dict[str, tuple[_Layout, ...]] = {
    "en": (
        _layout("", ": ", "\n"),
        _layout("", ": ", "\n"),
        _layout("", ": ", "\n"),
        _layout("", ":\n", "\n\n"),
        _layout("- ", ": ", "\n"),
        _layout("", " - ", "\n"),
        _layout("**", ":** ", "\n"),
        _layout("", "=", " "),
        _layout("", "=", "&"),
        _layout("", " = ", "\n"),
        _layout("", ": ", ", "),
        _layout("", ": ", "; "),
        _layout("", "\t", "\n"),
        _layout("", ": ", " | "),
        _layout("| ", " | ", " |\n", "| Field | Value |\n|---|---|\n", " |"),
        _layout("", ": ", "\n", "---\n", "\n---"),
        _layout("", ": ", "\n", "Customer details below.\n\n", "\n\nPlease process by the end of the week."),
        _layout("", " ", ", "),
        _json,
        _json,
        _csv,
        _csv,
        _html,
    ),
    "ja": (
        _layout("", "：", "\n"),
        _layout("", "：", "\n"),
        _layout("", ": ", "\n"),
        _layout("・", "：", "\n"),
        _layout("【", "】", "\n"),
        _layout("■", "\n", "\n"),
        _layout("", "　", "\n"),
        _layout("", "：", "、"),
        _layout("", "：", "　"),
        _layout("", "は", "、", "", "です。"),
        _layout("", "=", " "),
        _layout("〇", " ", "\n"),
        _layout("| ", " | ", " |\n", "| 項目 | 内容 |\n|---|---|\n", " |"),
        _layout("", "：", "\n", "以下の内容で承りました。\n\n", "\n\nご確認をお願いいたします。"),
        _json,
        _csv,
        _csv,
        _html,
    ),
}
