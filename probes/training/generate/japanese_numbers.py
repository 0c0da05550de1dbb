"""Japanese frames around numbers: cards, accounts, identity numbers, and the orders and slips that look like them."""

# A frame stays on one line.
from __future__ import annotations

from probes.training.generate.frames import Kind, framed

_PRIVATE: tuple[Kind, ...] = (
    ("カード番号|クレジットカード番号|クレカの番号|カード", "card"),
    ("VISAカードの番号|カード番号", "card"),
    ("口座番号|普通預金口座|普通口座|振込先口座番号", "account"),
    ("口座番号|当座預金|返金先の口座番号", "account"),
    ("ゆうちょの番号|貯金口座の番号", "yucho_number"),
    ("マイナンバー|個人番号|マイナンバー（12桁）", "my_number"),
    ("マイナンバー|個人番号", "my_number"),
    ("運転免許証番号|免許証番号|免許証の番号", "licence"),
    ("パスポート番号|旅券番号|パスポートの番号", "passport"),
    ("在留カード番号|在留カードの番号", "residence_card"),
    ("基礎年金番号|年金番号", "pension"),
    ("保険証の番号|被保険者番号", "insured_number"),
    ("保険者番号", "insurer_number"),
    ("住民票コード", "residence_code"),
    ("電話番号|携帯番号|連絡先|折り返し先", "phone"),
    ("電話|自宅の電話番号|勤務先の電話", "phone"),
    ("メールアドレス|メアド|連絡先メール", "email"),
    ("生年月日|誕生日", "dob"),
    ("生年月日", "dob"),
    ("住所|現住所|お届け先|送付先", "address"),
    ("住所|新しい住所", "address"),
    ("氏名|お名前|名義|契約者名", "full"),
    ("ユーザー名|ログインID|アカウント名", "user"),
    ("IPアドレス", "ip"),
    ("暗証番号|PIN", "pin"),
    ("認証コード|確認コード", "otp"),
    ("パスワード|ログインパスワード", "weak"),
)
_PUBLIC: tuple[Kind, ...] = (
    ("注文番号|ご注文番号|オーダー番号", "number"),
    ("注文番号", "order_no"),
    ("伝票番号|お問い合わせ番号|追跡番号|送り状番号", "tracking"),
    ("追跡番号|荷物の番号", "number"),
    ("予約番号|受付番号|整理番号", "booking"),
    ("証券番号|契約番号|請求書番号", "number"),
    ("請求書番号", "invoice"),
    ("会員番号|社員番号|学籍番号", "big"),
    ("製造番号|シリアル番号|型番", "part"),
    ("商品番号|商品コード|JANコード|管理番号", "number"),
    ("便名", "flight"),
    ("お届け日|予約日|納期|有効期限", "date"),
    ("会社名|取引先", "company"),
    ("学校名|施設名", "org"),
    ("出身地|市町村", "town"),
    ("金額|残高", "price"),
    ("商品名|品名", "product"),
    ("支店番号|店番|店番号", "branch"),
    ("取引番号|明細番号|お客様番号", "number"),
    ("下4桁|下四桁", "four"),
    ("バージョン", "version"),
    ("チケット番号|問い合わせ番号", "ticket"),
)
_FRAMES = r"""
<N>は<V>です
<N>は<V>です。[ご確認ください。|よろしくお願いします。|間違いないでしょうか。]
<V>が<N>です。
<N>：<V>
<N> <V>
<N><V>
【<N>】<V>
<V>（<N>）
<N>（<V>）を[登録|変更|確認|入力]しました。
<N>を教えてください\n<V>
<N>をお願いします。\n<V>です。
オペレーター：<N>をお願いします。\nお客様：<V>
担当：<N>はおわかりですか\n客：ええと、<V>です\n担当：ありがとうございます
<M>は<W>、<N>は<V>です。
<W>は<M>で、<N>のほうは<V>です。
<M><W>、<N><V>
<W>ではなく<V>が<N>です
すみません、間違えました。<N>は<W>ではなく<V>です。
<V>と書いてありますが、これは<N>ですか？
<V>\nこれが<N>です
申込書の<N>欄に<V>と記入した。
<N>が<V>から<V>に変わりました。
<N><V>で[照会|検索|確認]してもらえますか。
<V>で合っていますか？<N>のことです。
画面には<M>「<W>」、<N>「<V>」と表示されます。
<N>を聞かれたので<V>と答えました。
{date}に<N><V>を[届け出た|入力した|控えた]。
以下の通りです。\n<N>\n<V>\n<M>\n<W>
<N>=<V>
<N>って<V>でしたっけ？それは<M>？
<N>、<V>。<M>、<W>。
"""

PROSE = (
    framed(_FRAMES, _PRIVATE, _PUBLIC, 190, 5)
    + r"""
{jp_bank} {city}支店 普通 {account} {kana}
{jp_bank}{town}支店（店番{branch}）　当座　{account}
銀行名 {jp_bank}／支店 {city}支店／種別 普通／口座番号 {account}／名義 {kana}
ゆうちょ銀行 記号{yucho_symbol} 番号{yucho_number} {kana}
記号 {yucho_symbol}　番号 {yucho_number}　お名前 {kana}
ゆうちょから振り込む場合は{yucho_symbol}-{yucho_number}、他行からは店番{branch}、口座{account}です。
{price}を{account}に振り込みました。名義は{kana}、{jp_bank}です。
口座は{jp_bank}の{account}です
{account} {jp_bank} {city}支店
健康保険 記号{insured_symbol} 番号{insured_number} 保険者番号{insurer_number}
保険証の記号は{insured_symbol}、番号は{insured_number}です。
記号・番号 {insured_symbol}・{insured_number}　被保険者 {full}
被保険者証記号番号　{insured_symbol}－{insured_number}
{full}（{dob}生）、免許証{licence}、{address}
旅券 {passport}、有効期限 {date}、{romaji}
"""
)
PLAIN = framed(_FRAMES, _PUBLIC, _PUBLIC, 110, 6)
