"""Japanese templates about people: encyclopaedias, news, lists, after departments and titles, relatives, chats."""

# A template stays on one line.
# ruff: noqa: E501
from __future__ import annotations

PROSE = r"""
[営業部|総務課|開発本部|経理部|人事部|広報室|品質管理課|法務部|第二営業部]の{full}が[担当いたします|ご案内します|{date}に伺います]。
[営業部|総務課|製造部|企画課]{full}と[開発部|経理課|人事部]{full2}が出席した。
{company}[代表取締役社長|取締役会長|専務取締役|執行役員|社長|CEO] {full}
{company}代表取締役社長の{full}は{date}、記者会見で陳謝した。
{company}の{full}社長は「{price}の投資を続ける」と語った。
{company}[広報|営業|人事]担当の{last}です。
担当：{last}
担当 {full}（内線{n}）
[文責|記者|撮影|写真|取材・文|構成|編集|校閲]・{full}
（[文|写真|聞き手|撮影]＝{full}）
【{city}支局・{full}】
{full}=[文|写真]
[俳優|女優|歌手|落語家|漫画家|声優|タレント|アナウンサー|写真家]の{full}が{city}でイベントを開いた。
[監督|脚本|原作|音楽|主演|演出|作詞|作曲|編曲]・{full}
[脚本|監督]は{full}、[音楽|撮影]は{full2}が担当した。
監督・脚本：{full}／音楽：{full2}／出演：{full3}、{full4}、{full5}
出演は{full}、{full2}、{full3}ら。
出演：{full}・{full2}・{full3}ほか
出席者は{last}、{last2}、{last3}、{last4}の四名。
{full}、{full2}、{full3}、{full4}
{full}・{full2}・{full3}の三人が[合格した|表彰された|選ばれた]。
{full}，{full2}，{full3}（{year}）「{term}に関する一考察」
{last}と{last2}と{last3}は同じ[クラス|研究室|会社]だった。
[大学院生|会社員|主婦|団体職員|自営業]の{full}さん（{n}）＝{city}＝は「驚いた」と話す。
{full}さん＝[当時{n}|{n}]＝が[行方不明|意識不明の重体]となっている。
[死亡|軽傷を負った]のは{town}の[無職|会社員|農業]、{full}さん（{n}）。
{town}の{full}[市長|町長|区長]が{date}、辞意を表明した。
{town}出身の{full}は、{town}で育った。
{town}選出の{full}議員が質問に立った。
[自民|立憲|維新|公明|無所属]の{full}氏が[初|{n}回目の]当選を果たした。
{full}[官房長官|外相|財務相|防衛相|法相|知事]は{date}の会見で「承知していない」と述べた。
[首相|総理大臣|大統領|国王]の{foreign}は{city}を訪れた。
{foreign}[大統領|首相|外相|国王|教皇]は{date}、声明を発表した。
{foreign}は、アメリカ合衆国の[俳優|小説家|作曲家|野球選手|政治家|実業家]。
{foreign}（{year}年{month}{n}日 - {year}年）は、[フランス|ドイツ|イタリア|ロシア|イギリス]の[画家|哲学者|作曲家|数学者|軍人]である。
{foreign}監督、{foreign2}主演の『{work}』が公開された。
{foreign}と{foreign2}の共同研究により{term}が証明された。
{foreign}の孫である{full}は{city}に住む。
{full}（{kana}、{dob} - ）は、日本の[俳優|歌手|YouTuber|柔道家|騎手|棋士|教育者|元陸上競技選手]。本名、{full2}（{kana2}）。{town}出身。{company}所属。
{full}（{kana}、{year}年 - ）は、[{town}|{city}]出身の[編集者|作家|物理学者]。[{school}卒業|{school}名誉教授]。
{full}（{kana}）は{work}に登場する刑事を演じた俳優である。
{full}（旧姓・{last2}、{kana}）は、元バレーボール選手。
本名は{full}。芸名は{stage}。
{stage}（本名：{full}、{dob} - ）は、日本の[お笑い芸人|落語家|歌手|力士|ラッパー]である。
{stage}と{stage2}による[お笑いコンビ|漫才コンビ]。{year}年結成。
[お笑いコンビ|バンド]の{stage}が{date}、結婚を発表した。
[関脇|横綱|大関|小結]{stage}が{stage2}を寄り切りで下した。
[歌舞伎俳優|落語家|浪曲師]の{stage}が{date}、{city}で口上を述べた。
{historic}の[妻|娘|弟|家臣|弟子]として知られる。
{historic}は{era}、{town}に[生まれた|没した|移り住んだ]。
{historic}・{historic}・{historic}を三英傑と呼ぶ者もいる。
{historic}が[建てた|描いた|編んだ|詠んだ]とされる。
『{work}』は{historic}の作と伝わる。
家督は{last}家の{first}が継いだ。
長男は{first}、次男は{first2}、三女は{first3}。
父は{full}、母は{first2}、兄に{first3}がいる。
[妻|夫|母|父|祖母|弟|妹|姉|兄|息子|娘|叔父|義父|孫]の{first}が[入院した|来月結婚する|{city}に住んでいる|迎えに来る]。
[妻|夫]の{full}は[モデル|医師|{school}の講師]。
[妻|夫]は[俳優|歌手|元選手]の{full}。
[息子|娘]（{first}、{n}歳）と[孫|弟]（{first2}）を連れて{city}へ行った。
従兄弟に{full}、伯父に{full2}がいる。
{full}の[長男|次女|妻|父|恩師]が{full2}である。
恩師の{last}先生は{school}で教えていた。
{full}に師事し、{year}年に独立。
{full}選手・{full2}選手のペアが優勝した。
{last}が先発し、{last2}、{last3}とつないで勝利した。
{n}回、{last}の適時打で先制、{last2}の本塁打で突き放した。
1番{last}、2番{last2}、3番{last3}、4番{last4}
得点：{last}（前半{n}分）、{last2}（後半{n}分）
1位 {full}（{school}） {n}秒{n}
①{full} ②{full2} ③{full3}
GK {full}、DF {full2}、MF {full3}、FW {full4}
{full}八段が{full2}九段に{n}手で勝った。
{full}アナが産休に入り、{full2}アナが後任を務める。
{full}被告（{n}）の[初公判|控訴審]が{date}、{city}地裁で開かれた。
裁判長裁判官 {full}　裁判官 {full2}　裁判官 {full3}
原告代理人弁護士　{full}\n同　　　　　　　{full2}
[被告|上記]代理人 {full}
司会：{full}　パネリスト：{full2}氏、{full3}氏
{full}先生、{full2}先生、本日はありがとうございました。
{san}が[褒めてた|怒ってた|休みらしい|結婚するって]よ
え、{first}が？{last2}じゃなくて？
{last}ってさ、{last2}のこと好きなんじゃない？
{first}と{first2}、もう着いた？
{first}〜、今日ひま？
{last}っち、明日の{time}でいい？
ねえ{first}、{first2}に電話した？
{full}推しなので{city}まで遠征します
{full}のライブ最高だった！{stage}も出てた
[今日の|昨日の]{work}、{full}の演技やばかった
{kana}さんという方からお電話がありました。
お名前の読み方は「{kana}」でよろしいですか。
わたしのなまえは{kana}です。
{romaji}さん（{school}）からメールが届きました。
Presented by {romaji}（{city}）
著者：{romaji}, {romaji2}
{full} / {romaji}
{last}が{town}から{town}へ転居した。
{last}姓は{town}に多いが、{full}は{city}の人だ。
{full}税理士事務所ではなく、税理士の{full}さん本人に会った。
{school}の{full}准教授（{term}）に聞いた。
{school}[病院長|学長|校長|理事長]の{full}は式辞で{historic}の言葉を引いた。
{company}は{full}氏を新社長に充てる人事を発表した。{last2}社長は会長に就く。
（{full}）
——{full}さんはどう見ますか。\n{last}　難しいですね。
{last}　{term}が鍵でしょう。\n{last2}　同感です。
[本書|本作]は{full}（{n}）の遺作である。
{full}著、{full2}訳『{work}』（{company}）
{full}編著『{term}入門』
謝辞：{full}氏、{full2}氏に感謝する。
{last}さん、{last2}くん、{first3}ちゃん、集合！
{full}様、{full2}様ご夫妻
{full}　{kana}　{dob}　男
{last}（{kana}）姓のほうです。
配信者の{stage}がゲーム実況を始めた。
受賞者は以下の通り。{full}（{city}）、{full2}（{town}）、{full3}（{school}）。
[昨夜|先日]、隣の{last}さんの家で{product}をごちそうになった。
{full}。{year}年、{town}生まれ。{school}卒。著書に『{work}』など。
{full}はそう言って笑った。{full2}は黙っていた。
「{last}、来たぞ」と{first2}が叫んだ。
{first}はまだ眠っている。{first2}が起こしに行った。
{year}年には{full}と{full2}が{company}を設立し、{full3}が加わった。
[住所|連絡先]が変わりました。{address}（{full}）
{address} {full} 様
{full}宛 {address}
〒は省略、{address}まで、{san}が取りに行きます。
{phone}（{full}携帯）
日中のご連絡は{phone}、夜間は{phone2}へ。
{phone}から着信がありましたが、どなたですか。
折り返しは{phone}まで、{last}がお待ちしています。
こちら{phone}、担当{last}。
[父|母]の誕生日は{dob}です。
{dob}に{city}で産声を上げた。
{dob}生（{n}歳） {full}
{first}、{dob}誕生。
パスは{weak}でいいですか
パスワードを{weak}に[変更したい|してください|変えました]
{weak}で入れなくなりました
ログインできません。IDは{user}、パスは{weak}です
[ネコ|犬|ペット]の名前をパスワードにして{weak}です
新しい暗証番号は{pin}にします
{pin}が暗証番号です
さっき届いたコードは{otp}でした
{otp}と入力しました
メールは{loose_email}です
{email}に送ってもらえますか？{email2}は使えません
{email}（{full}）
"""

CHATS = r"""
お電話ありがとうございます。{company}の{last}です\n{full2}と申しますが、注文{number}の件で\n少々お待ちください
すみません、住所変わったんですけど\n新しい住所をお願いします\n{address}です\n電話番号はそのままですか\n{phone}に変わりました
口座から引き落とせなかったようです\n{account}の口座ですか\nそうです、名義は{kana}\n確認いたします
ログインできない\nIDは？\n{user}\nパスワードは再設定になります\nじゃあ{weak}で
カード止めてください\nカード番号はおわかりですか\n{card}\nお名前もお願いします\n{full}です
AI「ご予約のお名前をどうぞ」\n客「{last}です」\nAI「人数は」\n客「{n}人」
Q. お名前と年齢は？\nA. {full}、{n}歳です。\nQ. 出身は？\nA. {town}です。
母：{first}、何時に帰る？\n{first}：{time}くらい\n母：{first2}も一緒？\n{first}：うん
スタッフ：ご本人確認のため生年月日をお願いします\n{dob}です\nスタッフ：{last}様、ありがとうございます
[{time}] {last}: {file}見ました？\n[{time}] {last2}: まだ、{last3}さんに聞いて\n[{time}] {last}: {email3}宛てに送っておきます
{user}さんが入室しました\n{user}: こん\n{user2}: {user}さんおひさ
保険証の番号を読み上げてください\n記号が{insured_symbol}、番号が{insured_number}\nありがとうございます
振込先は？\n{jp_bank}\n支店は？\n{city}支店です\n口座番号は？\n{account}\n名義は？\n{kana}
免許証の番号ですが\n{licence}\nはい、{full}様ですね
コード届いた？\n{otp}\nありがと、入れた
オペレーター：カード番号をお願いします\nお客様：{card}\nオペレーター：有効期限は\nお客様：{expiry}
オペ：口座番号をお伺いします\n客：{account}です\nオペ：支店名は\n客：{city}支店
お名前は？\n{full}です\nご住所は？\n{address}\nありがとうございます
生年月日を入力してください\n{dob}
電話番号を教えてください\n{phone}\n{phone}でよろしいですか\nはい
注文番号は？\n{number}\nお名前は？\n{full}\n確認しました
新しいパスワードは？\n{weak}\n変更しました
暗証番号お願いします\n{pin}
ユーザー名は？\n{user}\nメールアドレスは？\n{email}
マイナンバーをお願いします\n{my_number}
{first}：{first2}の番号知ってる？\n{last3}：{phone2}だよ
[{time}] {full}: 着きました\n[{time}] {full2}: 了解です
{user}：誰かいる？\n{user2}：{first}ならいるよ
店員：ご予約のお名前は\n客：{last}です。{n}名で{time}に。
受付：保険証はお持ちですか\n患者：記号{insured_symbol}、番号{insured_number}です
先生：{last}さん、どうされましたか\n患者：熱が{temp}あります
面接官：{full}さん、志望動機は\n{last}：{school}で学んだことを生かしたいです。
"""

MAILS = r"""
{company}\n[営業部|購買課] {last}様\ncc: {last2}様\n\nお世話になっております。{company}の{full3}です。\n{date}の納品について{last4}より連絡いたします。
{last}さん\n\nお疲れさまです。{last2}です。\n{ticket}の件、{last3}課長の承認が出ました。\n\n{last2}
> {last}さん\n> 先日はありがとうございました。\nこちらこそ。{full2}
宛先: {full} <{email}>; {full2} <{email2}>\n差出人: {full3}\n件名: Re: {term}\n\n了解です。{last3}
--\n{full}（{kana}）\n{school} {n}号館\n{address}\nTEL: {phone} FAX: {phone2}\n{email}
━━━━━━━━\n{company}\n{town}営業所\n{full} / {romaji}\n{address}\n{phone}\n━━━━━━━━
{full} 殿\n\n辞令\n{date}付をもって{town}支店勤務を命ずる。\n\n{company}\n代表取締役 {full2}
弔辞\n{full}君、君と{school}で出会ったのは{year}年だった。\n{full2}
拝復　{last}様の[お手紙|お葉書]、{date}に拝受いたしました。\n\n{full2}拝
名簿\n{full}\n{full2}\n{full3}\n{full4}
"""
