"""Japanese text that looks like PII and is none."""

from __future__ import annotations

import random
from collections.abc import Callable

from probes.training.generate.identifiers import date_text, digits
from probes.training.generate.lookalikes import ENGLISH
from probes.training.generate.words import words

_JA_COMPANIES = words(
    "田中電機 本田技研工業 松下電器 鈴木商店 スズキ トヨタ自動車 佐藤製薬 高島屋 伊藤園 伊藤ハム 伊藤忠商事 小林製薬 "
    "森永製菓 山崎製パン 大塚製薬 竹中工務店 鹿島建設 清水建設 大林組 野村證券 三井物産 三菱商事 住友商事 安田生命 岩波書店 "
    "講談社 小学館 集英社 村田製作所 島津製作所 堀場製作所 川崎重工業 石川島播磨重工業 マツダ 松屋 吉野家 渡辺工業 山本精機 "
    "中村屋 木村屋 井上商会 加藤産業 岡田印刷 青木工務店 藤田観光 前田建設 斎藤運送 近藤紡績 石井食品 永谷園 宮本製作所 "
    "原田産業 西川産業 武田薬品工業 資生堂 花王 日立製作所 富士通 楽天 任天堂 カシオ計算機 ブリヂストン ヤマハ 日本航空 "
    "全日空 ヤマト運輸 佐川急便"
)
_JA_PLACES = words(
    "新宿駅 渋谷駅 東京駅 品川駅 大宮駅 高田馬場駅 池袋 上野公園 秋葉原 銀座 横浜 川崎 千葉市 福島県 宮崎県 山口県 長崎 "
    "広島 大阪城 京都 奈良公園 金沢 仙台 札幌 福岡 博多駅 小倉 那覇 石川県 千葉 岡山 熊本城 松本市 藤沢 町田駅 三鷹 吉祥寺 "
    "中野 荻窪 大塚 巣鴨 板橋 神田 浅草 両国 錦糸町 北千住 柏 成田空港 羽田空港 関西国際空港 軽井沢 箱根 熱海 富士山 琵琶湖 "
    "淀川 伊豆 日光 高尾山 パリ ロンドン ニューヨーク 北京 ソウル 台北 バンコク シンガポール 六本木ヒルズ 梅田 難波 天王寺 "
    "三宮 栄 名古屋駅 八丁堀 本田町 山田町 高橋川 田中神社 松田町 小川町駅 宮本町 井上公園"
)
_JA_PRODUCTS = words(
    "アレクサ シリ クロード ジャスミン茶 アールグレイ メルセデス プレイステーション5 ニンテンドースイッチ プリウス フィット "
    "カローラ ひかり号 のぞみ こまち さくら つばさ はるか アクオス ルンバ ポカリスエット 森永ミルクキャラメル 伊右衛門 "
    "お〜いお茶 午後の紅茶 明治おいしい牛乳 キットカット カップヌードル ガリガリ君 雪見だいふく ハリー・ポッター サザエさん "
    "名探偵コナン ドラえもん ゴジラ となりのトトロ 初音ミク カサブランカ マリー・アントワネット展 ノーベル賞 "
    "アルツハイマー病 フーリエ変換 ニュートン算 ベイズ推定 コシヒカリ あきたこまち ひとめぼれ 紅はるか とちおとめ "
    "ひかり回線 みどりの窓口 かおり豆腐 愛媛みかん"
)


def _ja_date(rng: random.Random) -> str:
    if rng.random() < 0.5:
        return date_text(rng, rng.randint(1990, 2029), "ja")
    month, day = rng.randint(1, 12), rng.randint(1, 28)
    week = rng.choice("月火水木金土日")
    return rng.choice(
        (
            f"{month}月{day}日",
            f"{month}月{day}日（{week}）",
            f"{month}/{day}",
            f"{month}/{day}({week})",
            f"令和{rng.randint(2, 8)}年{month}月",
            f"{rng.randint(1950, 2029)}年",
            f"{rng.randint(2000, 2029)}年{month}月",
            f"来週{week}曜日",
        )
    )


def _ja_company(rng: random.Random) -> str:
    name = rng.choice(_JA_COMPANIES)
    return rng.choice((name, name, name, f"株式会社{name}", f"{name}株式会社", f"（株）{name}"))


def _ja_price(rng: random.Random) -> str:
    return rng.choice(
        (
            f"{rng.randint(1, 99)},{digits(rng, 3)}円",
            f"{rng.randint(100, 9999)}円",
            f"¥{rng.randint(1, 99)},{digits(rng, 3)}",
            f"{rng.randint(1, 60)}万円",
            f"{rng.randint(1, 9)}{digits(rng, 3)}円",
        )
    )


def _ja_time(rng: random.Random) -> str:
    hour, minute = rng.randint(0, 23), rng.choice((0, 15, 30, 45))
    return rng.choice((f"{hour}:{minute:02d}", f"{hour}時{minute}分", f"午後{hour % 12}時", f"午前{hour % 12}時半", f"{hour}時"))


def _ja_measure(rng: random.Random) -> str:
    n = rng.randint
    return rng.choice(
        (
            f"{n(1, 900)}kg",
            f"{n(1, 900)}キロ",
            f"{n(1, 99)}％",
            f"{n(-5, 39)}度",
            f"徒歩{n(1, 30)}分",
            f"{n(1, 900)}人",
            f"{n(20, 300)}平方メートル",
            f"{n(100, 199)}cm",
            f"{n(1, 500)}mg",
        )
    )


def _ja_room(rng: random.Random) -> str:
    return rng.choice(
        (
            f"第{rng.randint(1, 9)}会議室",
            f"{rng.randint(1, 12)}番線",
            f"{rng.randint(2, 15)}階の会議室",
            f"{rng.randint(101, 909)}号教室",
            f"{rng.randint(1, 9)}号館",
            f"{rng.randint(1, 60)}番ゲート",
        )
    )


def _plate(rng: random.Random) -> str:
    area, kana = rng.choice(("品川", "横浜", "練馬", "神戸")), rng.choice("さすせそたちつてと")
    return f"{area} {digits(rng, 3)} {kana} {digits(rng, 2)}-{digits(rng, 2)}"


JAPANESE: dict[str, Callable[[random.Random], str]] = {
    **ENGLISH,
    "percent": lambda rng: f"{rng.randint(1, 99)}{rng.choice('%％')}",
    "temp": lambda rng: f"{rng.randint(1, 39)}度",
    "grams": lambda rng: f"{rng.randint(1, 900)}グラム",
    "area": lambda rng: f"{rng.randint(2, 900)}.{rng.randint(1, 99)}平方キロメートル",
    "walk": lambda rng: f"徒歩{rng.randint(1, 30)}分",
    "cm": lambda rng: f"{rng.randint(2, 200)}センチ",
    "dose": lambda rng: f"{rng.randint(1, 500)}mg",
    "date": _ja_date,
    "company": _ja_company,
    "price": _ja_price,
    "time": _ja_time,
    "measure": _ja_measure,
    "room": _ja_room,
    "city": lambda rng: rng.choice(_JA_PLACES),
    "product": lambda rng: rng.choice(_JA_PRODUCTS),
    "weekday": lambda rng: rng.choice("月火水木金土日") + "曜日",
    "month": lambda rng: f"{rng.randint(1, 12)}月",
    "flight": lambda rng: rng.choice(("JAL", "ANA", "NH", "JL")) + str(rng.randint(10, 999)) + rng.choice(("便", "")),
    "plate": _plate,
}
