"""Japanese templates with PII. One a line; `[a|b]` picks one; a digit tells people apart."""

# A template stays on one line.
# ruff: noqa: E501
from __future__ import annotations

PROSE = r"""
{hon}、[お世話になっております|ご連絡ありがとうございます]。{company}の{last2}です。
{company}の{full}と申します。[よろしくお願いいたします。|以前お電話でお話しした件です。|資料をお送りします。]
お世話になっております。{company}[営業部|総務部|人事課|開発部]の{last}でございます。
{last}様\n\nいつもお世話になっております。ご注文番号{order_no}の件でご連絡いたしました。
[本日|明日|来週]の会議は{hon}の都合により{date}に変更となりました。
{full}（{kana}、{dob} - {date}）は、日本の[小説家|政治家|物理学者|俳優|作曲家|実業家|画家]。{city}出身。
{full}（{kana}、{dob} - ）は、日本の[サッカー選手|プロ野球選手|歌手|声優|女優|漫画家|アナウンサー|将棋棋士]である。
{full}は{dob}、{city}に生まれた。
{historic}は{year}年に[生まれた|亡くなった|京都へ移った]とされる。
{historic}の[生涯|作品|手紙]については、{full}の研究が詳しい。
{historic}と{historic}は同じ時代の人物である。
{year}年、{full}は{company}を創業し、初代社長に就任した。
{full}首相は{date}、{city}で{full2}外相と会談した。
{town}の首長選で、現職の{full}氏が新人の{full2}氏を破り、再選を果たした。
{full}容疑者（{n}）は「[間違いありません|覚えていない]」と話しているという。
[警視庁|県警]は{date}、会社員の{full}容疑者（{n}）を逮捕した。
{last}は後半{n}分にゴールを決め、{last2}との連携で試合を動かした。
{full}選手が{city}で行われた大会で優勝し、{full2}選手は2位だった。
作家の{full}さん（{n}）が{date}、都内の病院で亡くなった。
監督は{full}、主演は{full2}と{full3}。{date}公開。
{full}教授の研究チームは{date}、{percent}の改善を確認したと発表した。
ドラマ「{city}の恋」で{full}が演じる主人公の妹役に{full2}が決まった。
{last}・{last2}（{year}）によれば、この方法は有効である。
{full}は、{company}の[代表取締役社長|取締役|会長|元社員]を務める。
母は{first}といいます。父は{full2}です。
{first}ちゃん、[お誕生日おめでとう！|明日{time}に駅でね|元気？]
{first}、今日の飲み会{time}からだって。{san2}も来るよ
{san}に{phone}まで電話してもらえますか？
[私|僕|わたし]の名前は{full}です。{city}に住んでいます。
申し訳ありませんが、{san}は本日[お休み|外出中|出張中]です。
ご不明な点は{last}（{phone}）までお問い合わせください。
電話番号は{phone}です。[夜は出られません。|留守電にお願いします。|日中はこちらへ。]
携帯：{phone}、自宅：{phone2}です。
連絡先は{email}です。[返信は{date}までにお願いします。|お待ちしております。]
{email}宛てに{file}を送ってください。
メールは {odd_email} までお願いします（☆を@に変えてください）。
お問い合わせ：{office_email}／TEL {business_phone}
送付先は{address}、{full}宛てでお願いします。
住所は{address}です。[近くに{city}があります。|引っ越しました。]
[先月|{date}に]{address}へ引っ越しました。遊びに来てください。
荷物は{address}の{san}に届けてください。追跡番号は{tracking}です。
{address}に住む{full}さん（{n}）が被害に遭った。
会場：{address}（{city}から{walk}）
本籍は{address}、現住所は{address2}。
生年月日は{dob}です。[間違いありませんか。|確認をお願いします。]
{full}、{dob}生まれ、{n}歳。{city}在住。
娘の{first}は{dob}生まれです。
{dob}生まれの{n}歳ですが、申し込みできますか？
患者{full}、{dob}生、{date}より発熱。解熱剤を{dose}処方。
{id_pair}です。[他の人には教えないでください。|コピーを同封します。|有効期限は{date}。]
[私の|本人の|夫の]{id_pair}で、{date}に役所へ届け出ました。
マイナンバー{my_number}を会社に提出した。
免許証番号{licence}、交付{date}、{full}。
旅券番号{passport}、氏名{romaji}、発行日{date}。
在留カード番号は{residence_card}、有効期限は{date}です。
カード番号は{card}、有効期限{expiry}、名義は{romaji}です。
{card}のカードで{price}の支払いができませんでした。
クレジットカード（{card}）を{date}に紛失しました。
振込先は{jp_bank}{city}支店（{branch}）普通預金 口座番号{account} 名義 {kana}です。
{jp_bank} 普通 {account} {kana} に{price}を振り込んでください。
口座番号は{account}です。[通帳も確認しました。|支店名は忘れました。]
海外送金のIBANは{iban}、SWIFTコードは{swift}です。
パスワードは{password}です。[必ず変更してください。|忘れないように。|誰にも教えないで。]
ユーザー名{user}、パスワード{password}でログインしてください。
Wi-Fiのパスワードは「{password}」です。
認証コードは{otp}です。[{n}分以内に入力してください。|他人に教えないでください。]
【{company}】認証番号：{otp} このコードを誰にも教えないでください。
暗証番号は{pin}なので、{city}の駅前で下ろしてきて
金庫の暗証番号を{pin}に変えました。
APIキー{api_key}が漏れているので無効にしてください。
環境変数に OPENAI_API_KEY={api_key} を設定しても動きません。バージョンは{version}です。
リポジトリに秘密鍵が入っていました。\n{key_block}
IPアドレス{ip}から{n}回の不正ログインがありました。
{date} {time}頃、{ip}（{city}）からのログインを検知しました。
サーバー{host}のIPは{ip}、ポートは{port}です。
社内VPNの接続元が{ip}に変わりました。{san}、確認お願いします。
ツイッターは@{user}です。フォローお願いします！
インスタのIDは{user}です
@{user} さん、[ありがとうございます！|初めまして|それ{price}でしたよ]
アカウント名{user}がロックされたので解除してください。チケット{ticket}です。
ゲーム内の名前は{user}、フレンドになってください
{full}さんについて教えてください。
{full}とはどんな人物ですか。{year}年に何をしましたか？
次の文を英語にして：「{last}様、{date}に{address}へ伺います。」
{full}様宛てのお礼状を書いて。住所は{address}。
{san}に「{date}の会議は{room}です」とメールして。アドレスは{email}。
この名刺を登録して：{company} {full} {phone} {email}
連絡帳に追加：{full}、{phone}、誕生日{dob}
予約したいです。{date} {time}、{n}名、{last}で。電話は{phone}。
{time}に予約した{last}ですが、{n}分ほど遅れます。
配達員が来なかったら{phone}の{san}に電話してください。
落とし物です。{full}さんの財布が{room}にあります。
担任は{last}先生、保護者会は{date}です。
{last}課長から{last2}部長へ引き継ぎ済み、請求書{invoice}は未払い。
{last}くんと{last2}さんが{city}で会ったらしいよ
おばあちゃんの{first}は{city}で生まれた。
{full}と結婚しました！新しい住所は{address}です。
契約者{full}（以下「甲」という）と{company}（以下「乙」という）は、次のとおり契約を締結する。
賃借人 {full}、住所 {address}、賃料 月額{price}。
被告人{full}を懲役{n}年に処する。
遺言者{full}は、長男{first2}に{city}の土地を相続させる。
講師：{full}（{company}）　日時：{date} {time}　会場：{room}
優勝は{full}、準優勝は{full2}、三位は{full3}だった。
[昨日|今朝]、{san}と{san2}に会って{product}をもらった。
{full}監督の映画を{city}で見た。{last2}さんの演技がよかった。
{last}家の墓は{city}にある。{full}が建てたものだ。
返品希望です。注文番号{order_no}、{full}、{phone}。
{company}の{last}様から{business_phone}に折り返しの電話がほしいとのことです。
{romaji}と申します。来日は{date}の予定です。
翻訳：{full}　装丁：{full2}　ISBN {isbn}
{full} [作|著|訳|編]『{city}物語』{company}、{year}年、{n}頁。
取材に対し、{last}氏は「{price}は高すぎる」と述べた。
{san}の{product}が{room}に忘れてあったので{first2}が届けました。
{full}さんの後任に{full2}さんが決まりました（{date}付）。
{kana}です。漢字では{full}と書きます。
"""

CHATS = r"""
{first}：今どこ？\n{first2}：{city}着いた\n{first}：了解、{time}に行くね
{last}：{invoice}の件どうなりましたか？\n{last2}：{date}に送付済みです。\n{last}：ありがとうございます。
[{time}] {first}: 住所教えて\n[{time}] {first2}: {address}\n[{time}] {first}: ありがと！
オペレーター：お名前をお願いします。\nお客様：{full}です。\nオペレーター：生年月日をお願いします。\nお客様：{dob}です。
担当：ご登録のお電話番号をお願いいたします。\n客：{phone}です。\n担当：{last}様ですね、確認いたしました。
{time} {full} おはよう\n{time} {full2} パスワードなんだっけ\n{time} {full} {password}
ユーザー：私は{full}です。カード{card}が使えません。\nアシスタント：{last}様、番号の送信はお控えください。
ボット：{phone}に送ったコードを入力してください。\nあなた：{otp}
記者：{last}さん、{city}の印象は？\n{last}：とてもいい街ですね。
議長：{full}君。\n{last}委員：{year}年の予算について伺います。
"""

MAILS = r"""
差出人: {full} <{email}>\n宛先: {full2} <{email2}>\n件名: [お見積りの件|{date}の打ち合わせについて|請求書{invoice}]\n\n{last2}様\n\nお世話になっております。{company}の{last}です。\n[資料を添付いたします。|{date}はいかがでしょうか。]\n何卒よろしくお願いいたします。\n\n{last}
From: {romaji} <{email}>\nTo: {office_email}\nSubject: {product}について\n\nご担当者様\n\n注文{order_no}がまだ届きません。\n\n{full}\n{phone}
株式会社{city}企画\n営業部　{full}\n{address}\nTEL：{business_phone}\nMail：{email}
----------\n{company}\n{full}（{kana}）\n{address}\nTEL {business_phone} / 携帯 {phone}\n{email}\n----------
{company}\n[代表取締役|主任|課長代理|エンジニア]\n{full}\n{romaji}\n{address}\nT {business_phone}\nE {email}
{last}様\n\n平素より格別のご高配を賜り、厚く御礼申し上げます。\n{date}の件、{last2}より改めてご連絡申し上げます。\n\n{company}　{full2}
履歴書\n氏名 {full}\nふりがな {kana}\n生年月日 {dob}（満{n}歳）\n現住所 {address}\n電話 {phone}\n学歴 {year}年 {city}高校 卒業
議事録\n日時：{date} {time}\n場所：{room}\n出席者：{full}、{full2}、{full3}\n議題：{product}の販売計画\n{last}：{month}の売上は{price}。
申込書\nお名前：{full}\nフリガナ：{kana}\nご住所：{address}\nお電話：{phone}\nメール：{email}\nご希望日：{date}
拝啓\n{last}先生におかれましては、ますますご清祥のこととお慶び申し上げます。\n敬具\n{date}\n{full2}
件名：パスワード再発行のお知らせ\n\n{full} 様\n\n仮パスワード：{password}\nログインID：{user}\nURL：{url}
【緊急連絡網】\n1 {full} {phone}\n2 {full2} {phone2}\n3 {full3} {phone3}
"""

LOGS = r"""
{stamp} INFO ログイン成功 user={user} ip={ip}
{stamp} WARN ログイン失敗 ユーザー={user} 接続元={ip} 回数={n}
{ip} - {user} [{stamp}] "GET /index.html HTTP/1.1" 200 {big}
{"氏名": "{full}", "電話": "{phone}", "会員番号": "{order_no}"}
{"name": "{full}", "address": "{address}", "created_at": "{stamp}"}
氏名,電話番号,金額\n{full},{phone},{price}\n{full2},{phone2},{price}
番号,氏名,フリガナ,部署\n{n},{full},{kana},総務部\n{n},{full2},{kana2},開発部
DB_HOST={ip}\nDB_USER={user}\nDB_PASSWORD={password}
export API_TOKEN={api_key}  # 本番用
curl -H "Authorization: Bearer {jwt}" {url}
ssh {user}@{ip} がタイムアウトします（{version}）
| 氏名 | 内線 | メール |\n|---|---|---|\n| {full} | {n} | {email} |\n| {full2} | {n} | {email2} |
受付番号 {ticket}　申請者 {full}　受付日 {date}　状態 審査中
{stamp} 決済エラー 注文={order_no} カード={card} 金額={price}
"""
