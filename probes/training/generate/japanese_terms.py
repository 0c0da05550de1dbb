"""Japanese templates without PII in which names of people stand for places, firms, works and terms, and long plain prose."""

# A template stays on one line.
from __future__ import annotations

PROSE = r"""
{town}は{year}年に市制を施行した。
{town}と{town}は隣り合っている。
{town}の天気は晴れ、{town}は雨でしょう。
{town}から{town}まで{n}キロ。
{town}産の[米|りんご|みかん|ねぎ|いちご]が人気だ。
{town}で{n}人が[避難|入院]した。
{town}に本社を置く{company}が{price}で{company}を買収した。
{town}方面は渋滞しています。
{town}大会で{org}が優勝した。
{town}議会は{date}、予算案を可決した。
{town}周辺で震度{n}を観測した。
{town}駅前の{org}は{date}から休館です。
[営業部|総務課|開発部|人事部]は{room}に移転しました。
[営業部|総務課]までお問い合わせください。
[営業部長|総務課長|担当者]が不在のため、折り返しご連絡します。
[担当|責任者]：未定
[監督|脚本]・未定、{year}年公開予定。
[俳優|歌手|声優]を目指す若者が{city}に集まった。
[社長|会長|取締役]は{date}に退任する。
[妻|夫|母|父|祖母]の[実家|誕生日|病院]は{town}にある。
[妻|夫]と[息子|娘]と三人で{city}へ行った。
[選手|議員|監督|教授|先生]たちは口をつぐんだ。
{org}は{year}年に創立された。
{org}と{org}の定期戦は{n}対{n}の引き分け。
{org}の入試は{date}に行われる。
{org}前で下車し、{org}の角を曲がる。
{org}、{org}、{org}が準々決勝に進んだ。
{org}が{org}を破り、首位に立った。
{company}、{company}、{company}の株価が上がった。
{company}と{company}は{term}の研究で提携する。
{company}本社ビルの隣に{org}がある。
{company}製の{product}を{price}で買った。
{company}の株主総会は{date}、{city}で開かれる。
『{work}』は{year}年に放送された。
『{work}』と『{work}』を読み比べた。
{work}の再放送は{time}から。
舞台「{work}」は{city}で{date}に幕を開ける。
{term}とは何か、簡単に説明してください。
{term}の[治療|証明|計算|歴史]について調べた。
{term}と{term}の違いは[明らか|小さい|教科書の{n}ページにある]。
{term}の患者は全国に{number}人いるとされる。
期末試験の範囲は{term}、{term}、{term}。
{era}に建てられた[蔵|橋|校舎|灯台]が残っている。
{era}の大火で町の大半が焼けた。
{era}、{city}で博覧会が開かれた。
{era}以降、この形式は使われていない。
有効期限は{era}までです。
{product}の新色が{date}に出る。
{product}、{product}、{product}の順に売れている。
アレクサ、電気を消して
シリ、明日の{city}の天気は？
お母さんに電話して
明日{time}に起こして
会議を{time}に変更して
部長に「遅れます」とメールして
パスワードを忘れました
パスワードの変更方法を教えてください
暗証番号を変えたいのですが
メールアドレスを変更したいです
口座番号がわかりません
マイナンバーは会社に出さないといけないものなのでしょうか。
電話番号は教えたくありません
本人確認書類は何が使えますか
カードの下4桁は{four}です
下四桁{four}のカードで払いました
注文{number}がまだ届きません
{number}で問い合わせたけど返事がない
予約番号{booking}、{date}から{n}泊です
便は{flight}、座席は{n}のAです
問い合わせ番号{ticket}の件、進捗はいかがですか。
商品番号{number}は{n}個まで注文できます。
第{n}回大会の参加者は{number}人だった。
総務省によると、{year}年の世帯数は{number}だった。
ナンバープレートは{plate}、色は白。
桜も葵も楓も、{month}の庭では静かだ。
光が差し、空は青く、海は凪いでいた。
翼を広げた鷹が森の上を渡っていく。
恵みの雨に緑が茂り、泉の水も豊かになった。
誠実さと勇気、そして希望を忘れない。
学ぶ、歩む、実る、進む、昇る。いずれも動詞である。
昭和の香りが残る{city}の商店街。
東の空、西の海、南の島、北の国。
原っぱの真ん中に大きな楠が一本ある。
堀の内側には辻が三つ、橋が二つある。
関の刃物、堺の包丁、燕の洋食器。
千葉で梨、山梨で桃、岡山で葡萄。
川崎と大宮と柏の対戦成績は互角だ。
小林製薬と大塚製薬と武田薬品の決算が出そろった。
伊藤忠、三井物産、丸紅が資源高で増益となった。
会議は{room}で{time}から始まり、{term}について話し合った。予算は{price}で、締め切りは{date}である。次回は{date}。
{town}は県の中央にある市。人口は{number}人。江戸時代には城下町として栄え、{year}年に鉄道が開通した。特産は[茶|梨|絹織物|陶器]。
この植物は{city}周辺に自生する多年草で、高さは{cm}になる。{month}から{month}にかけて白い花をつける。名前の由来は明らかでない。
{work}は、{year}年から{year}年まで放送されたテレビドラマである。全{n}話。平均視聴率は{percent}だった。続編が{year}年に放送された。
{company}は{date}、{product}の販売を始めると発表した。価格は{price}。{city}の工場で生産し、{year}年度に{number}台の販売を目指す。
{org}は{town}にある。最寄り駅から{walk}。開館時間は{time}から{time}まで。休館日は{weekday}。入館料は{price}。
試合は{n}回に動いた。{org}は満塁から一挙に{n}点を挙げ、逆転。{org}は{n}安打に終わった。
材料（{n}人分）は、豆腐{grams}、{product}少々。弱火で{n}分煮る。仕上げに{term}を添える。
手順は次の通りです。\n1. {url}を開く\n2. {version}を選ぶ\n3. 再起動する\nうまくいかない場合は{ticket}をご覧ください。
お客様各位\n\n{date}より{product}の価格を{price}に改定いたします。\nご理解のほどお願い申し上げます。\n\n{company}
社員各位\n\n{date}は{room}が使用できません。\n総務部
再現手順：{file}を開くと{version}で落ちます。{githash}では起きません。
{stamp} ERROR {cls} 予期しない値 {hexa}
{stamp} WARN {tool} ジョブ{number} 再試行{n}回
class {cls}({cls}):\n    pass
{package} {version} を {package} {version} に更新
fix: {cls} のメモリリークを修正（#{four}）
オペレーター：ご注文番号をお願いします。\nお客様：{number}です。\nオペレーター：{date}にお届け予定です。
客：{product}はありますか\n店：{n}個あります\n客：{price}ですか
問 次の{term}に関する記述のうち、正しいものはどれか。
{url}より引用。閲覧日{date}。
"""
