"""English templates without PII: look-alikes and plain text."""

# A template stays on one line.
# ruff: noqa: E501
from __future__ import annotations

PROSE = r"""
Your order {order_no} has shipped with tracking number {tracking}.
The invoice {invoice} over {price} is due on {date}.
Please upgrade to version {version} before {date}; {version} is no longer supported.
Part {part} is out of stock, we suggest {part} instead.
Ticket {ticket} was closed at {stamp} without comment.
Commit {githash} broke the build on {host}; revert it.
The request id is {uuid}.
ISBN {isbn}, {n} pages, published in {year}.
The meeting is on {date} at {time} in {room}.
Flight {flight} to {city} leaves from {room} at {time}.
I will mark the exam papers in April and may need until June.
May I ask why the rose bushes in the park will not bloom this August?
She hopes grace and joy will win over fear; hope is not a plan, though.
The bill was frank about the cost of the new bridge in {city}.
Jasmine rice needs {n} minutes; add a pinch of saffron and sage.
Alexa, set a timer for {n} minutes.
Hey Siri, what's the weather in {city}?
{product} is on sale for {price} until {date}.
We compared {product} and {product} for a week.
{company} reported revenue of {price} for the quarter ended {date}.
{company} and {company} announced a merger; shares rose {percent}.
{city} is about {dist} from {city} by train.
The museum in {city} opens at {time} and closes on {weekday}.
Coordinates {coords}, elevation {n} m.
The patient was given {dose} twice daily. [No adverse effects were seen.|The dose was halved after a week.]
Stir the flour with {grams} of sugar, then bake for {n} minutes.
A {grams} sample was heated to {temp} and cooled overnight.
The function returns None when the list is empty, so check for it first.
for i in range({n}):\n    print(i, "ok")
def add(a: int, b: int) -> int:\n    return a + b
SELECT count(*) FROM orders WHERE created > '2024-01-01';
import numpy as np\nx = np.zeros(({n}, {n}))
git checkout {githash} && make test
pip install requests=={version}
docker pull nginx@{sha}
Error 0x{big}: the device on port {port} did not respond.
Windows build {version}, driver {version}, firmware {version}.
Chrome/{version} Safari/537.36
Exception in thread "main" java.lang.NullPointerException at Main.java:{n}
{stamp} INFO worker started on {host}, pid {big}
{stamp} WARN cache miss ratio {percent} for shard {n}
{"id": "{uuid}", "status": "ok", "total": {big}, "version": "{version}"}
MAC {mac}, VLAN {n}, port {port}, speed 10 Gbps
background-color: {hexcolor}; width: {n}px;
See {url} for the documentation.
The page {url} returns 404 since {date}.
License plate rules changed in {year}; plates like {plate} are no longer issued.
Lot {lot}, best before {date}, keep below {temp}.
The password must have at least {n} characters and one digit.
Never share your PIN or password with anyone, not even with our staff.
Enter the 6-digit code that we sent you.
Your API key can be found under Settings > Developer.
What is a social security number and who needs one?
Which fields does a passport application ask for?
How do I format a phone number in Excel?
Write a regular expression that matches e-mail addresses.
Explain how credit cards are checked with the Luhn formula.
Can you summarise this article in three sentences?
Write a haiku about the sea in autumn.
What's the difference between a list and a tuple in Python?
Please translate "good morning" into French and German.
The customer said the parcel was damaged and asked for a refund of {price}.
The team lost 3-1 in {city} on {weekday} after leading at half time.
Rain is expected in {city} until {weekday}, with highs of {temp}.
The city council voted {n} to {n} to widen the road.
Inflation slowed to {percent} in {month}, the statistics office said.
The bridge, built in {year}, carries {big} vehicles a day.
The species is found in wet forests and feeds mainly on insects.
In mathematics, a group is a set with an operation that is associative.
The river rises near {city} and flows {dist} to the sea.
The battle took place in {year} and lasted {n} days.
Dear customer, your subscription renews on {date} for {price}.
Hi team, the {weekday} stand-up moves to {time}. Bring the {product} notes.
Hello, is the flat still free? How much is the rent?
lol no way, that was like {n} years ago
ok see you at {time}, bring snacks
omw, traffic is awful near {city}
Does anyone have a spare charger for {product}?
The teacher asked the class to be quiet, and the doctor left the room.
My mother and my uncle are coming on {weekday}; grandpa stays home.
The manager told the driver to wait at {room}.
Our CEO will present the plan to the board in {month}.
The witness said the suspect ran towards {city} station.
I drove my Mercedes to St. Louis and parked in Lincoln Park.
We watched Oscar night with Caesar salad and Bloody Marys.
The Washington Post and the Lincoln Memorial are both worth a visit.
It is a Catch-22, said nobody ever; will you be at the office in May?
Model no. {part}, serial {lot}, warranty until {date}.
Batch {big} failed at step {n}: pressure {n} kPa, expected {n} kPa.
Exercise {n}: solve for x when 3x + {n} = {big}.
The recipe serves {n}. Preparation takes {n} minutes.
Section {n}.{n} of the contract covers late delivery.
Terms and conditions apply. Offer ends {date}.
Account settings have moved. Open Profile and choose Security.
Case {ticket} has been assigned to the billing department.
The union and {company} reached a deal on pay after {n} days of talks.
Room {n} is booked from {time} to {time} on {weekday}.
Q1 revenue {price}, Q2 {price}, full year {price}.
The lamp draws {n} W and costs {price}.
A will is a legal document; ask a lawyer to draw it up.
Pat the fish dry, season with dill and basil, and serve with a lemon.
He bought a bunch of violets, a jar of honey and a new crown for the tooth.
Dawn broke over {city} and the sky was a deep ruby.
Victoria station was closed, so we walked to King's Cross.
The {company} app crashed {n} times on {product} after update {version}.
Gate change: {flight} now boards at {room}.
Ref {ticket} / Invoice {invoice} / Delivery {tracking} / Total {price}
The customer number printed on the bill ({big}) is not the account number.
Payment of {price} received on {date}, thank you.
def test_version() -> None:\n    assert parse("{version}") > parse("1.0.0")
id,sku,qty,price\n{n},{part},{n},{price}\n{n},{part},{n},{price}
Order: {order_no}\nDate: {date}\nItems: {n}\nTotal: {price}
Build: {version}\nCommit: {githash}\nStatus: passed\nDuration: {ms}
Name: [test|unknown|n/a|—]\nPhone: [n/a|none|-]\nEmail: [n/a|not given]
Subject: [Maintenance window {date}|Your receipt {invoice}|Weekly report]\n\nHello,\n\nno action is needed on your side.\n\nThe {company} team
Dear Sir or Madam,\n\nwe could not deliver parcel {tracking}.\n\nKind regards,\nCustomer Service
Agent: How can I help?\nCustomer: Where is my order {order_no}?\nAgent: It left {city} on {date}.
User: what is {product}?\nAssistant: It is one of the better-known names in its field, first seen in {year}.
"""
