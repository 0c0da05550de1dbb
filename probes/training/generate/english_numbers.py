"""English frames around numbers: cards, accounts, identity numbers, and the orders and claims that look like them."""

# A frame stays on one line.
from __future__ import annotations

from probes.training.generate.frames import Kind, framed

_PRIVATE: tuple[Kind, ...] = (
    ("card number|credit card|debit card number|visa card no|card", "typed_card"),
    ("card number|mastercard|card no.|amex number", "card"),
    ("credit card number|card", "card"),
    ("account number|bank account|checking account number|account no|savings account", "typed_account"),
    ("account number|bank account number|acct number|a/c no.", "typed_account"),
    ("current account|acct no|account", "account"),
    ("IBAN|iban number", "iban"),
    ("social security number|SSN|social|soc sec number", "ssn"),
    ("SSN|social security no.|social", "ssn"),
    ("ITIN|taxpayer ID", "itin"),
    ("national insurance number|NI number|NINO", "nino"),
    ("NHS number", "nhs"),
    ("Aadhaar|aadhaar number|aadhar card number", "aadhaar"),
    ("PAN|PAN card number", "pan"),
    ("SIN|social insurance number", "sin"),
    ("TFN|tax file number", "tfn"),
    ("Medicare number|Medicare card number", "medicare"),
    ("NRIC|NRIC number|IC number", "nric"),
    ("ID number|SA ID|identity number", "sa_id"),
    ("PPS number|PPSN", "pps"),
    ("CPF", "cpf"),
    ("Chinese ID number|resident ID number", "china_id"),
    ("RRN|Korean resident number", "rrn"),
    ("Japanese My Number|individual number", "my_number"),
    ("passport number|passport|passport no", "passport"),
    ("driver's license number|driving licence number|license number|DL number", "licence"),
    ("phone number|cell|mobile number|callback number|contact number|telephone number", "phone"),
    ("phone|home phone|work number|fax", "phone"),
    ("checking account|savings|direct deposit account", "typed_account"),
    ("card number|visa|card on file", "typed_card"),
    ("email|email address|e-mail|contact email", "email"),
    ("email address|email", "loose_email"),
    ("date of birth|DOB|birthday|birth date", "dob"),
    ("date of birth|birthdate", "dob"),
    ("address|home address|mailing address|delivery address", "address"),
    ("street address|billing address", "street"),
    ("username|user name|login|user id", "user"),
    ("name on the account|cardholder name|customer name", "full"),
    ("IP address|IP", "ip"),
    ("PIN|pin code|pin number", "pin"),
    ("password|passcode", "weak"),
    ("verification code|one-time code|security code", "otp"),
)
_PUBLIC: tuple[Kind, ...] = (
    ("order number|order id|order no", "number"),
    ("order number|order", "order_no"),
    ("claim number|claim", "number"),
    ("booking reference|confirmation number|reservation code|PNR", "booking"),
    ("confirmation number|confirmation", "number"),
    ("policy number|policy", "policy"),
    ("tracking number|parcel number|consignment number", "tracking"),
    ("tracking number|shipment id", "number"),
    ("invoice number|invoice", "invoice"),
    ("case number|ticket number|reference number|case", "ticket"),
    ("reference number|reference|ref no", "number"),
    ("flight number|flight", "flight"),
    ("serial number|model number", "part"),
    ("meter number|meter reading|unit number", "number"),
    ("product code|item number|SKU|part number", "number"),
    ("gift card balance code|coupon code|promo code", "booking"),
    ("store number|branch code|department code", "four"),
    ("transaction ID|transaction number|batch number", "number"),
    ("routing number|ABA number", "routing"),
    ("sort code", "sort_code"),
    ("employee number|badge number|staff number", "big"),
    ("zip of the store|extension|version", "four"),
    ("build number|firmware version", "version"),
    ("lot number|barcode|EAN", "number"),
    ("due date|delivery date|travel date|start date|date of purchase", "date"),
    ("company|employer|carrier name", "company"),
    ("website|link", "url"),
    ("amount|balance|price", "price"),
    ("gate|room", "room"),
    ("model|product name", "product"),
    ("last four digits|last 4", "four"),
)
_FRAMES = r"""
my <N> is <V>
<V> is my <N>
The <N> is <V>, [thanks|as requested|I just checked it].
<V> [that's|thats|that is] my <N>
[Sure|Okay|Yes], <V>. That's the <N>, right?
[What's|what is] the <N>?\n<V>
can you give me your <N> please\n<V>
[Agent|Rep|Support]: I'll need your <N>.\n[Customer|Caller|Me]: <V>
[Agent|Rep|Support]: And the <N>?\n[Customer|Caller|Me]: it's <V>\n[Agent|Rep|Support]: Got it.
okay whats the <N>\nsure its <V>
<N> <V>
<N>: <V>
<N> - <V>
<V> (<N>)
I wrote <V> on the form where it asks for the <N>.
The form shows <V> under <N>, [but it should be|not] <V>.
Please [update|correct|change] the <N> from <V> to <V>.
my <N> is <V> and the <M> is <W>
The <M> is <W>; the <N>, on the other hand, is <V>.
I have two numbers here, <W> for the <M> and <V> for the <N>.
<W> is only the <M>. <V> is the <N>.
is <V> a valid <N>? the <M> was <W>
Not <W>, that was the <M>. I need you to use <V>.\nSo that's the <N>?\nYes.
You asked for the <N> {n} minutes ago, here it goes: <V>
I think the <N> ends in a {n}, let me look... yes, <V>
it says <V> on the [letter|statement|paper|screen], is that the <N>
wait i typed it wrong the <N> is <V> not <W>
hi [can you help|i need help] with my <N> <V> it does not work
We could not verify the <N> <V> [entered on {date}|you gave us|in our records].
[Attached|Enclosed] you will find a copy showing <N> <V>.
Customer read out <N> <V> twice; <M> on file is <W>.
found a paper in the printer with somebody's <N> on it, <V>
[Write|Note] this down, <N>: <V>. And the <M>: <W>.
so the <N> would be <V>\nok and the <M>\n<W>
<N>=<V>
<N>\n<V>
Quick question about <N> <V>: why does the page show <W> as <M>?
"Your <N>, please?" - "<V>." - "And the <M>?" - "<W>."
the <N> i gave you was <V> can you read it back
Replace <V> with the right <N> before {date}.
"""

PROSE = framed(_FRAMES, _PRIVATE, _PUBLIC, 300, 1)
"""Sentences with numbers that are PII, often beside one that is not."""
PLAIN = framed(_FRAMES, _PUBLIC, _PUBLIC, 190, 2)
"""The same sentences about numbers that are no PII."""
