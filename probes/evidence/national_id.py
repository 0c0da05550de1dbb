"""Numbers that a state gives to a person: thirty-odd countries' written forms and checks.

For each scheme stands the chance that random letters and digits in the same places pass (`tests/test_evidence.py` draws them),
dates and other parts that must fit included; 1 where nothing is computed.
Nine solid digits are believed only beside the scheme's name, whatever check they pass: too many schemes would each take a tenth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum.at import vnr
from stdnum.au import tfn
from stdnum.be import nn
from stdnum.br import cpf
from stdnum.ca import sin
from stdnum.ch import ssn as ahv
from stdnum.cl import rut
from stdnum.cn import ric
from stdnum.cz import rc
from stdnum.de import idnr as steuer_id
from stdnum.dk import cpr
from stdnum.es import dni, nie
from stdnum.fi import hetu
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.gr import amka
from stdnum.ie import pps
from stdnum.il import idnr as teudat_zehut
from stdnum.in_ import aadhaar, pan
from stdnum.it import codicefiscale
from stdnum.jp import in_ as my_number
from stdnum.kr import rrn
from stdnum.mx import curp
from stdnum.my import nric as mykad
from stdnum.nl import bsn
from stdnum.no import fodselsnummer
from stdnum.pk import cnic
from stdnum.pl import pesel
from stdnum.pt import cc
from stdnum.ro import cnp
from stdnum.se import personnummer
from stdnum.th import pin
from stdnum.tr import tckimlik
from stdnum.us import itin, ssn
from stdnum.za import idnr as za_id

from probes.evidence.scheme import Scheme, Trust, scheme, values_of
from probes.evidence.value import Value

_MONTH, _DAY = "(?:0[1-9]|1[0-2])", "(?:0[1-9]|[12][0-9]|3[01])"
_YYMMDD, _DDMMYY = f"[0-9]{{2}}{_MONTH}{_DAY}", f"{_DAY}{_MONTH}[0-9]{{2}}"
_SIN = "[0-9]{3}(?P<s>[ -]?)[0-9]{3}(?P=s)[0-9]{3}"
_TWELVE = "[0-9]{4}(?P<s>[ -]?)[0-9]{4}(?P=s)[0-9]{4}"
_NINO = "(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]"
_NIR = "[1-478] ?[0-9]{2} ?(?:0[1-9]|1[0-2]|[2-9][0-9]) ?(?:[0-9]{2}|2[AB]) ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}"
# Two digits of the year, the month, two of the day, three of the place; letters stand for digits where codes would collide.
_CODICE = "[A-Z]{6}#{2}[ABCDEHLMPRST]#{2}[A-Z]#{3}[A-Z]".replace("#", "[0-9LMNP-V]")
_SSN = "[0-9]{3}(?P<s> ?[ -] ?)[0-9]{2}(?P=s)[0-9]{4}"
_SSN_NAMES = "ssn|ssns|social security|soc sec|ss#"


def _digits(written: str) -> str:
    return "".join(c for c in written if c.isdigit())


def _es_nss(written: str) -> bool:
    """Province, number, and their remainder by 97 (python-stdnum has no module for it)."""
    digits = _digits(written)
    province, serial = int(digits[:2]), int(digits[2:10])
    body = province * 10**7 + serial if serial < 10**7 else int(digits[:10])
    return (1 <= province <= 53 or province == 66) and body % 97 == int(digits[10:])


def _sg_nric(written: str) -> bool:
    """Weighted sum by 11, read in one of three alphabets (python-stdnum has no module for it)."""
    first, last = written[0].upper(), written[-1].upper()
    total = sum(weight * int(digit) for weight, digit in zip((2, 7, 6, 5, 4, 3, 2), written[1:8], strict=True))
    total += {"T": 4, "G": 4, "M": 3}.get(first, 0)
    if first == "M":
        return last == "KLJNPQRTUWX"[10 - total % 11]
    return last == ("JZIHGFEDCBA" if first in "ST" else "XWUTRQPNMLK")[total % 11]


def _grammar(written: str) -> bool:
    return True


_ALONE, _CLASSED, _NAMED = Trust.ALONE, Trust.CLASSED, Trust.NAMED
SCHEMES: tuple[Scheme, ...] = (
    scheme("at_vnr", f"[0-9]{{4}} ?{_DDMMYY}", vnr.is_valid, 1 / 200, _NAMED, "svnr|sozialversicherungsnummer|sv-nummer"),
    scheme("au_tfn", _SIN, lambda w: tfn.is_valid(_digits(w)), 1 / 11, _NAMED, "tfn|tax file"),
    scheme("be_nn", r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}-[0-9]{3}\.[0-9]{2}", nn.is_valid, 1 / 400, _ALONE),
    scheme("be_nn", f"{_YYMMDD}[0-9]{{5}}", nn.is_valid, 1 / 1000, _CLASSED, "rijksregister|registre national|niss|insz"),
    scheme("br_cpf", r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}", cpf.is_valid, 1 / 90, _ALONE, "cpf"),
    scheme("br_cpf", "[0-9]{11}|[0-9]{9}-[0-9]{2}", cpf.is_valid, 1 / 90, _CLASSED, "cpf"),
    scheme("ca_sin", _SIN, sin.is_valid, 1 / 10, _NAMED, "sin|social insurance"),
    scheme("ch_ahv", r"756\.[0-9]{4}\.[0-9]{4}\.[0-9]{2}", ahv.is_valid, 1 / 5000, _ALONE, "ahv|avs"),
    scheme("ch_ahv", "756[0-9]{10}", ahv.is_valid, 1 / 5000, _CLASSED, "ahv|avs|sozialversicherungsnummer"),
    scheme("cl_rut", r"[0-9]{1,2}\.[0-9]{3}\.[0-9]{3}-[0-9K]", rut.is_valid, 1 / 10, _CLASSED, "rut"),
    scheme("cn_ric", f"[1-8][0-9]{{5}}(?:19|20){_YYMMDD}[0-9]{{3}}[0-9X]", ric.is_valid, 1 / 1000, _ALONE, "身份证"),
    scheme("cz_rc", "[0-9]{6}/[0-9]{4}", rc.is_valid, 1 / 40, _CLASSED, "rodné číslo|rodne cislo|rč"),
    scheme("de_steuer_id", "[0-9]{2} [0-9]{3} [0-9]{3} [0-9]{3}", steuer_id.is_valid, 1 / 200, _ALONE, "steuer"),
    scheme("de_steuer_id", "[0-9]{11}", steuer_id.is_valid, 1 / 200, _CLASSED, "steuer-id|steueridentifikationsnummer|idnr"),
    scheme("dk_cpr", f"{_DDMMYY}-[0-9]{{4}}", cpr.is_valid, 1, _CLASSED, "cpr"),
    scheme("es_dni", "[0-9]{8}[ -]?[A-Z]", dni.is_valid, 1 / 22, _CLASSED, "dni|nif"),
    scheme("es_nie", "[XYZ][ -]?[0-9]{7}[ -]?[A-Z]", nie.is_valid, 1 / 22, _CLASSED, "nie"),
    scheme("es_nss", "[0-9]{2}(?P<s>[ /-])[0-9]{8}(?P=s)[0-9]{2}", _es_nss, 1 / 150, _ALONE, "nss|seguridad social"),
    scheme("es_nss", "[0-9]{12}|[0-9]{2} [0-9]{10}", _es_nss, 1 / 150, _CLASSED, "nss|nass|seguridad social|naf"),
    scheme("fi_hetu", f"{_DDMMYY}[-+A-FU-Y][0-9]{{3}}[A-Y]", hetu.is_valid, 1 / 500, _ALONE, "hetu|henkilötunnus"),
    scheme("fi_hetu", f"{_DDMMYY}[-+A-FU-Y][0-9]{{4}}", hetu.is_valid, 1 / 500, _CLASSED, "hetu|henkilötunnus"),
    scheme("fr_nir", _NIR, nir.is_valid, 1 / 90, _ALONE, "nir|sécurité sociale|securite sociale|insee"),
    scheme("gb_nhs", "[0-9]{3}(?P<s>[ -]?)[0-9]{3}(?P=s)[0-9]{4}", nhs.is_valid, 1 / 11, _NAMED, "nhs"),
    scheme("gb_nino", _NINO, _grammar, 1, _CLASSED, "nino|national insurance|ni number|ni no"),
    scheme("gr_amka", f"{_DDMMYY}[0-9]{{5}}", amka.is_valid, 1 / 200, _NAMED, "amka|αμκα"),
    scheme("ie_pps", "[0-9]{7} ?[A-W][ABHWTX]?", pps.is_valid, 1 / 24, _CLASSED, "pps|ppsn"),
    scheme("il_id", "[0-9]{9}|[0-9]{8}-[0-9]", teudat_zehut.is_valid, 1 / 10, _NAMED, "teudat zehut|israeli id|תעודת זהות|ת.ז"),
    scheme("in_aadhaar", _TWELVE, aadhaar.is_valid, 1 / 10, _NAMED, "aadhaar|aadhar|adhaar|uidai"),
    scheme("in_pan", "[A-Z]{3}[PHC][A-Z][0-9]{4}[A-Z]", pan.is_valid, 1, _CLASSED, "pan|permanent account"),
    scheme("it_codice_fiscale", _CODICE, codicefiscale.is_valid, 1 / 60, _ALONE),
    scheme("jp_my_number", _TWELVE, my_number.is_valid, 1 / 9, _NAMED, "マイナンバー|個人番号|my number|individual number"),
    scheme("kr_rrn", f"{_YYMMDD}-[1-8][0-9]{{6}}", rrn.is_valid, 1 / 200, _CLASSED, "rrn|주민등록번호|resident registration"),
    # Numbers given out since October 2020 have no check digit.
    scheme("kr_rrn_grammar", f"{_YYMMDD}-[1-8][0-9]{{6}}", _grammar, 1, _CLASSED, "rrn|주민등록번호|resident registration"),
    scheme("mx_curp", f"[A-Z]{{4}}{_YYMMDD}[HM][A-Z]{{5}}[0-9A-Z][0-9]", curp.is_valid, 1 / 1000, _ALONE, "curp"),
    scheme("my_nric", f"{_YYMMDD}-[0-9]{{2}}-[0-9]{{4}}", mykad.is_valid, 1, _CLASSED, "nric|mykad|ic no|kad pengenalan"),
    scheme("nl_bsn", "[0-9]{9}|[0-9]{4}[. ][0-9]{2}[. ][0-9]{3}", bsn.is_valid, 1 / 10, _NAMED, "bsn|burgerservicenummer"),
    scheme("no_fodselsnummer", "[0-9]{6} ?[0-9]{5}", fodselsnummer.is_valid, 1 / 500, _CLASSED, "fødselsnummer|fodselsnummer"),
    scheme("pk_cnic", "[1-7][0-9]{4}-[0-9]{7}-[0-9]", cnic.is_valid, 1, _CLASSED, "cnic"),
    scheme("pl_pesel", "[0-9]{11}", pesel.is_valid, 1 / 45, _CLASSED, "pesel"),
    scheme("pt_cc", "[0-9]{8} ?[0-9] ?[A-Z0-9]{2}[0-9]", cc.is_valid, 1 / 9, _NAMED, "cartão de cidadão|cartao de cidadao"),
    scheme("ro_cnp", f"[1-9]{_YYMMDD}[0-9]{{6}}", cnp.is_valid, 1 / 300, _CLASSED, "cnp|cod numeric personal"),
    scheme("se_personnummer", f"(?:19|20)?{_YYMMDD}[-+][0-9]{{4}}", personnummer.is_valid, 1 / 200, _CLASSED, "personnummer"),
    scheme("sg_nric", "[STFGM][0-9]{7}[A-Z]", _sg_nric, 1 / 24, _CLASSED, "nric|singpass"),
    scheme("th_pin", "[1-8]-[0-9]{4}-[0-9]{5}-[0-9]{2}-[0-9]", pin.is_valid, 1 / 11, _CLASSED, "บัตรประชาชน|thai id"),
    scheme("tr_kimlik", "[1-9][0-9]{10}", tckimlik.is_valid, 1 / 90, _CLASSED, "kimlik|tc no|tckn"),
    scheme("us_itin", "9[0-9]{2}(?P<s>[ -])[0-9]{2}(?P=s)[0-9]{4}", lambda w: itin.is_valid(_digits(w)), 1, _CLASSED, "itin"),
    scheme("us_ssn", _SSN, lambda w: ssn.is_valid(_digits(w)), 1, _CLASSED, f"{_SSN_NAMES}|social|taxpayer"),
    scheme("us_ssn", "[0-9]{9}", ssn.is_valid, 1, _NAMED, _SSN_NAMES),
    scheme("za_id", f"{_YYMMDD} ?[0-9]{{4}} ?[01][0-9] ?[0-9]", za_id.is_valid, 1 / 800, _CLASSED, "rsa id|south african id"),
)
_SSN_FORM = re.compile("([0-9]{3})([ -])([0-9]{2})\\2([0-9]{4})")


def values(folded: str, *, alone: bool = False) -> Iterator[Value]:
    """Numbers whose written form and check are those of a scheme; `alone`: only those that need no one's word for it."""
    return values_of(SCHEMES, folded, alone=alone)


def impossible(folded: str, start: int, end: int) -> str | None:
    """Which form shows that the span is no number of a person: written as a US social security number with a part of zeros."""
    match = _SSN_FORM.fullmatch(folded, start, end)
    return "us_ssn" if match and ("000" in match[1] or match[3] == "00" or match[4] == "0000") else None
