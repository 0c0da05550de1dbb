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


_TERMS = words(
    "パーキンソン病 クローン病 ダウン症 川崎病 橋本病 バセドウ病 ベーチェット病 メニエール病 アキレス腱 チューリングマシン "
    "ベイズの定理 ピタゴラスの定理 "
    "フェルマーの最終定理 オイラーの公式 リーマン予想 ガウス分布 マルコフ連鎖 ポアソン分布 フィボナッチ数列 ダイクストラ法 "
    "クイックソート オームの法則 "
    "フックの法則 ボイル＝シャルルの法則 アボガドロ定数 プランク定数 ドップラー効果 シュレーディンガーの猫 ハレー彗星 "
    "湯川ポテンシャル 仁科加速器 "
    "野口英世記念館 夏目漱石賞 芥川賞 直木賞 ノーベル平和賞 マズローの欲求段階説 パレートの法則 マーフィーの法則 "
    "ポンジ・スキーム 石田三成像 "
    "金田一少年の事件簿 伊達巻 小野小町伝説 西郷どん人形 弁慶縞 豊臣まんじゅう 千利休好み 友禅染 有田焼 伊万里焼 沢庵 "
    "金平ごぼう 隠元豆"
)
_WORKS = words(
    "坊っちゃん 三四郎 金田一耕助シリーズ 水戸黄門 暴れん坊将軍 半沢直樹 古畑任三郎 鬼平犯科帳 銭形平次 桃太郎 浦島太郎 "
    "金太郎 かぐや姫 一寸法師 花咲か爺さん "
    "ちびまる子ちゃん サザエさん クレヨンしんちゃん 名探偵コナン ルパン三世 ゴルゴ13 美味しんぼ 北斗の拳 キャプテン翼 "
    "めぞん一刻 赤毛のアン ロミオとジュリエット "
    "ハムレット アンナ・カレーニナ ジェーン・エア ハリー・ポッターと賢者の石 シャーロック・ホームズの冒険 "
    "トム・ソーヤーの冒険 椿姫 蝶々夫人 カルメン 源氏物語 平家物語"
)
_SCHOOLS = words(
    "早稲田大学 慶應義塾大学 津田塾大学 大谷大学 佐賀大学 山口大学 千葉大学 福島大学 宮崎大学 長崎大学 熊本大学 青山学院大学 "
    "松本大学 山梨学院大学 上野学園大学 "
    "福島高校 松本深志高校 長野高校 高橋小学校 中村中学校 桐朋学園 石川工業高専 宮崎大学医学部 千葉県立図書館 斎藤記念病院 "
    "市立川崎病院 国立がん研究センター 山種美術館"
)
_ORGANISATIONS = words(
    "早稲田大学 慶應義塾大学 津田塾大学 大谷大学 佐賀大学 山口大学 千葉大学 福島高校 松本深志高校 高橋小学校 中村中学校 "
    "石川工業高専 宮崎大学附属病院 佐々木小児科 田中眼科クリニック "
    "鈴木税理士事務所 西村あさひ法律事務所 森・濱田松本法律事務所 斎藤記念病院 吉田神社 伊勢神宮 上田城 松本城 小田原城 "
    "高野山 増上寺 渡辺通 前田建設工業 浅野撚糸 東野圭吾賞実行委員会 "
    "川崎フロンターレ ジュビロ磐田 松本山雅FC 福島ユナイテッドFC 千葉ロッテマリーンズ 広島東洋カープ 阪神タイガース "
    "読売ジャイアンツ 鹿島アントラーズ 柏レイソル 大宮アルディージャ "
    "藤本組 野村総合研究所 大和証券 大和市役所 三菱重工業 安川電機 森トラスト 平和堂 大森屋 本田宗一郎ものづくり伝承館 "
    "藤子・F・不二雄ミュージアム 太田記念美術館 山種美術館"
)
_SAME_AS_NAMES = words(
    "松本市 福島県 山口県 宮崎市 千葉市 石川県 長野市 川崎市 岡崎市 豊田市 上田市 高山市 福井市 小松市 成田市 大村市 吉野町 "
    "三島市 藤沢市 府中市 秋田市 宮城県 渋谷区 品川区 目黒区 板橋区 中野区 "
    "大阪市福島区 大田区 三浦半島 熊谷市 春日部市 太田市 本庄市 前橋市 桜井市 河内長野市 山田町 高橋町 森町 原町 上野駅 "
    "大塚駅 川口駅 石橋駅 中村駅 佐倉市 志摩市 小山駅 日野市 田辺市 新庄市 白石市 "
    "大野城市 小林市 高岡市 津田沼 町田市 中井町 二宮町 大磯町 柏市 葵区 泉区 青葉区 緑区 旭区 栄区 港南区 瑞穂区 千種区 "
    "中川区 美浜区 若葉区"
)


def _booking(rng: random.Random) -> str:
    return rng.choice(
        (digits(rng, 6), digits(rng, 8), digits(rng, 10), f"R-{digits(rng, 6)}", f"{digits(rng, 4)}-{digits(rng, 4)}")
    )


def _number(rng: random.Random) -> str:
    size = rng.choice((6, 7, 7, 8, 9, 10, 10, 11, 12, 12, 13, 16))
    text = digits(rng, size)
    if size in (10, 12, 16) and rng.random() < 0.4:
        return rng.choice((" ", "-")).join(text[i : i + 4] for i in range(0, size, 4))
    return text


def _era_year(rng: random.Random) -> str:
    return rng.choice(
        (
            f"昭和{rng.randint(2, 63)}年",
            f"平成{rng.randint(2, 30)}年",
            f"令和{rng.randint(2, 8)}年{rng.randint(1, 12)}月{rng.randint(1, 28)}日",
            f"昭和{rng.randint(2, 63)}年{rng.randint(1, 12)}月{rng.randint(1, 28)}日",
            f"明治{rng.randint(2, 44)}年",
            f"R{rng.randint(2, 8)}.{rng.randint(1, 12)}.{rng.randint(1, 28)}",
            f"H{rng.randint(2, 30)}.{rng.randint(1, 12)}.{rng.randint(1, 28)}",
            "天保年間",
            "元禄時代",
            "慶長5年",
        )
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
    "term": lambda rng: rng.choice(_TERMS),
    "work": lambda rng: rng.choice(_WORKS),
    "school": lambda rng: rng.choice(_SCHOOLS),
    "org": lambda rng: rng.choice(_ORGANISATIONS),
    "town": lambda rng: rng.choice(_SAME_AS_NAMES),
    "booking": _booking,
    "number": _number,
    "era": _era_year,
}
