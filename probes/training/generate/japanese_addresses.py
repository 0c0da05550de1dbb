"""Invented Japanese postal addresses."""

from __future__ import annotations

import random
import re

from faker.providers.address.ja_JP import Provider as JapaneseAddress

from probes.training.generate.contacts import full_width
from probes.training.generate.identifiers import digits
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
    "長野県北佐久郡軽井沢町 北海道中川郡美深町"
)
_JA_TOWNS = words(
    "本町 中央 栄町 緑が丘 桜台 旭町 東町 西町 南町 北町 若葉町 泉町 新町 元町 大手町 幸町 寿町 松原 富士見 日の出町 美園 "
    "青葉台 光が丘 上野 神田 山手 浜町 高砂 花園 平和台 駅前町 原 清水 大字中里 字上ノ原 常盤台 梅田 田園調布 宮前 二子"
) + tuple(JapaneseAddress.towns)
_JA_BUILDINGS = words(
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
