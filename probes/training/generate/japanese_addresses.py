"""Invented Japanese postal addresses."""

from __future__ import annotations

import random
import re

from faker.providers.address.ja_JP import Provider as JapaneseAddress

from probes.training.generate.contacts import full_width
from probes.training.generate.identifiers import digits, kanji_number
from probes.training.generate.words import words

_PREFECTURE = re.compile("東京都|北海道|京都府|大阪府|..県|...県")
_JA_CITIES = words(
    "東京都新宿区 東京都渋谷区 東京都世田谷区 東京都港区 東京都千代田区 東京都練馬区 東京都足立区 東京都江東区 東京都品川区 "
    "東京都杉並区 東京都八王子市 東京都町田市 東京都調布市 神奈川県横浜市青葉区 神奈川県横浜市港北区 神奈川県川崎市中原区 "
    "神奈川県藤沢市 神奈川県相模原市南区 埼玉県さいたま市大宮区 埼玉県川口市 埼玉県所沢市 千葉県船橋市 千葉県柏市 "
    "千葉県千葉市美浜区 茨城県つくば市 栃木県宇都宮市 群馬県高崎市 北海道札幌市中央区 北海道札幌市北区 北海道旭川市 "
    "青森県弘前市 岩手県盛岡市 宮城県仙台市青葉区 秋田県秋田市 山形県鶴岡市 福島県郡山市 新潟県長岡市 富山県富山市 "
    "石川県金沢市 福井県福井市 山梨県甲府市 長野県松本市 岐阜県岐阜市 静岡県浜松市中央区 静岡県静岡市葵区 "
    "愛知県名古屋市千種区 愛知県豊田市 三重県四日市市 滋賀県大津市 京都府京都市左京区 京都府京都市伏見区 京都府宇治市 "
    "大阪府大阪市北区 大阪府大阪市住吉区 大阪府堺市堺区 大阪府豊中市 大阪府吹田市 兵庫県神戸市灘区 兵庫県西宮市 "
    "兵庫県姫路市 奈良県奈良市 和歌山県和歌山市 鳥取県米子市 島根県松江市 岡山県倉敷市 広島県広島市中区 広島県福山市 "
    "山口県下関市 徳島県徳島市 香川県高松市 愛媛県松山市 高知県高知市 福岡県福岡市博多区 福岡県北九州市小倉北区 "
    "佐賀県唐津市 長崎県佐世保市 熊本県熊本市東区 大分県別府市 宮崎県延岡市 鹿児島県霧島市 沖縄県那覇市 沖縄県沖縄市 "
    "長野県北佐久郡軽井沢町 北海道中川郡美深町 東京都中央区 東京都台東区 東京都墨田区 東京都大田区 東京都中野区 東京都豊島区 "
    "東京都板橋区 東京都葛飾区 東京都江戸川区 東京都武蔵野市 東京都三鷹市 東京都府中市 東京都立川市 東京都西多摩郡奥多摩町 "
    "神奈川県横須賀市 神奈川県鎌倉市 神奈川県小田原市 神奈川県三浦市 埼玉県川越市 埼玉県春日部市 埼玉県秩父市 千葉県市川市 "
    "千葉県松戸市 千葉県成田市 千葉県浦安市 茨城県水戸市 茨城県日立市 栃木県小山市 栃木県足利市 群馬県前橋市 群馬県太田市 "
    "北海道函館市 北海道小樽市 北海道帯広市 北海道釧路市 青森県青森市 青森県八戸市 岩手県一関市 宮城県石巻市 宮城県大崎市 "
    "秋田県横手市 山形県山形市 山形県米沢市 福島県福島市 福島県会津若松市 福島県いわき市 新潟県新潟市中央区 新潟県上越市 "
    "富山県高岡市 石川県小松市 福井県鯖江市 山梨県富士吉田市 長野県長野市 長野県上田市 岐阜県大垣市 岐阜県高山市 静岡県沼津市 "
    "静岡県富士市 愛知県岡崎市 愛知県一宮市 愛知県春日井市 三重県津市 三重県伊勢市 滋賀県彦根市 滋賀県草津市 京都府舞鶴市 "
    "京都府亀岡市 大阪府東大阪市 大阪府枚方市 大阪府高槻市 大阪府岸和田市 兵庫県尼崎市 兵庫県明石市 兵庫県宝塚市 奈良県橿原市 "
    "奈良県生駒市 和歌山県田辺市 鳥取県鳥取市 島根県出雲市 岡山県岡山市北区 岡山県津山市 広島県呉市 広島県尾道市 山口県山口市 "
    "山口県宇部市 徳島県鳴門市 香川県丸亀市 愛媛県今治市 愛媛県宇和島市 高知県四万十市 福岡県久留米市 福岡県大牟田市 "
    "佐賀県佐賀市 "
    "長崎県長崎市 長崎県五島市 熊本県八代市 大分県大分市 宮崎県宮崎市 宮崎県都城市 鹿児島県鹿児島市 鹿児島県奄美市 "
    "沖縄県浦添市 "
    "沖縄県宮古島市 沖縄県中頭郡読谷村 岩手県紫波郡矢巾町 新潟県南魚沼郡湯沢町 奈良県吉野郡十津川村 熊本県阿蘇郡南阿蘇村"
)
_KYOTO = words(
    "京都府京都市中京区烏丸通三条上る場之町 京都市下京区四条通烏丸東入長刀鉾町 京都市上京区今出川通大宮西入元北小路町 "
    "京都市中京区寺町通御池下る下本能寺前町 京都市東山区祇園町北側 京都府京都市下京区東洞院通七条下ル東塩小路町 "
    "京都市左京区北白川追分町 京都市上京区堀川通丸太町上ル上堀川町 京都市中京区河原町通二条下る一之船入町 "
    "京都市南区西九条北ノ内町"
)
_JA_TOWNS = words(
    "本町 中央 栄町 緑が丘 桜台 旭町 東町 西町 南町 北町 若葉町 泉町 新町 元町 大手町 幸町 寿町 松原 富士見 日の出町 美園 "
    "青葉台 光が丘 上野 神田 山手 浜町 高砂 花園 平和台 駅前町 原 清水 大字中里 字上ノ原 常盤台 梅田 田園調布 宮前 二子"
) + tuple(JapaneseAddress.towns)
_JA_BUILDINGS = words(
    "グランドハイツ プラウド パークホームズ ザ・パークハウス ルネ サーパス ビレッジハウス アーバンコート コンフォリア "
    "クレストコート "
    "フォレストヒルズ 県営住宅 市営団地 URむつみ台団地 メゾン・ド・ソレイユ 青葉荘 みどりアパート 第三中村ビル 丸山マンション "
    "コーポ ハイツ メゾン グランドメゾン パークハイツ サンハイム シャトー プラザ ライオンズマンション レジデンス ヴィラ "
    "エスポワール ひまわり荘 さくらハイツ 第二山田ビル グリーンコート サニーコーポ レオパレス シティタワー リバーサイド"
)


def japanese_address(rng: random.Random) -> str:
    """A Japanese address, with or without a postcode, a building and full-width digits."""
    city, town = rng.choice(_JA_CITIES), rng.choice(_JA_TOWNS)
    if rng.random() < 0.07:
        # Within a prefecture people leave its name out.
        prefecture = _PREFECTURE.match(city)
        city = city[prefecture.end() :] if prefecture else city
    if rng.random() < 0.04:
        city, town = rng.choice(_KYOTO), ""
    one, two, three = rng.randint(1, 9), rng.randint(1, 35), rng.randint(1, 25)
    block = rng.choice(
        (f"{one}-{two}-{three}",) * 4
        + (
            f"{one}丁目{two}番{three}号",
            f"{one}丁目{two}-{three}",
            f"{two}-{three}",
            f"{two * 40 + three}番地",
            f"{two * 40 + three}",
            f"{one}の{two}",
            f"{one}の{two}の{three}",
            f"{one}丁目{two}番地{three}",
            f"{one}丁目{two}番{three}",
            f"{one}丁目{two}−{three}",
            f"{one}ー{two}ー{three}",
            f"{two}番地の{three}",
            f"{two}番{three}号",
            f"{kanji_number(one)}丁目{two}番{three}号",
            f"{kanji_number(one)}丁目{kanji_number(two)}番{kanji_number(three)}号",
            f"{kanji_number(one)}丁目{two}-{three}",
            f"{kanji_number(two)}番地",
            f"字{rng.choice(('東', '西', '上', '下', '前'))}{rng.choice(('原', '田', '沢', '山'))}{two * 7}番地{three}",
        )
    )
    text = city + town + block
    if rng.random() < 0.42:
        room = rng.choice(
            (
                f"{rng.randint(1, 12)}0{rng.randint(1, 9)}号室",
                f"{rng.randint(1, 12)}0{rng.randint(1, 9)}",
                f"{rng.randint(2, 15)}階",
                f"{rng.randint(1, 3)}F",
                f"{rng.choice('ABCDE')}-{rng.randint(101, 909)}",
                f"{rng.randint(1, 9)}-{rng.randint(101, 909)}",
                f"{rng.choice('ABC')}棟{rng.randint(101, 909)}号",
                f"#{rng.randint(101, 909)}",
            )
        )
        name = rng.choice(_JA_BUILDINGS) + rng.choice(("", "", town if len(town) < 4 else "", "II"))
        text += rng.choice((" ", " ", "　")) + name + rng.choice((" ", "", " ")) + room
        if name[-1] == "I" and room[0].isdigit():
            text = text.replace("II" + room, "II " + room)
    if rng.random() < 0.15:
        text = full_width(text)
    code = f"{digits(rng, 3)}-{digits(rng, 4)}"
    return (
        rng.choices(("", f"〒{code} ", f"〒{code}　", f"〒{code}", f"{code} ", f"〒{full_width(code)}　"), (45, 28, 5, 10, 6, 6))[
            0
        ]
        + text
    )
