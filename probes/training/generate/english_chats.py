"""Customer-service conversations: an agent asks, a customer answers with little but the value."""

# A line of the conversation stays on one line.
# ruff: noqa: E501
from __future__ import annotations

import random

from probes.training.generate.words import words

_SPEAKERS = (
    ("Agent", "Customer"),
    ("agent", "customer"),
    ("Support", "User"),
    ("Rep", "Caller"),
    ("A", "C"),
    ("AGENT", "CUSTOMER"),
    ("{first_low9}", "{first_low}"),
    ("", ""),
    ("", ""),
    ("", ""),
    ("-", "-"),
    ("Bot", "You"),
)
_OPENINGS = words(
    "hi how can i help you today|hello thanks for contacting us|Thank you for calling {company}, how may I help?|good morning what can i do for you|"
    "Hello, you are speaking with {first9}.|welcome to {company} support how may i assist you|hi there",
    "|",
)
_WISHES = words(
    "i want to book a flight to {city}|my internet is not working|I'd like to check my balance.|i need to change my seat|i forgot my password|"
    "I lost my card and want to order a new one.|hi i want to file a claim|i need to pay my bill|order has not arrived yet|i want to cancel my policy|"
    "can you update my address|Hello, I need to transfer some money.|how much data do i have left|my card was declined at the store|i would like a quote for car insurance",
    "|",
)
# Question, and what a customer may answer; some answers are no PII.
_QUESTIONS: tuple[tuple[str, str], ...] = (
    (
        "[can i have your name|may I have your full name please?|whats your name|first and last name please]",
        "{full_low}|{full}|my name is {full_low}|its {full_low}|{first}|sure {full_low}|{full_up}|this is {full}",
    ),
    (
        "[can i get your account number|account number please|Could you tell me your account number?|whats the account number]",
        "{typed_account}|account number is {typed_account}|its {typed_account}|sure {typed_account}|my account is {typed_account}|{typed_account} i think|ok {typed_account}",
    ),
    (
        "[card number please|Please provide the card number.|whats the number on the card|which card do you want to use]",
        "{typed_card}|its {typed_card}|ok {typed_card}|the card is {typed_card} expires {expiry}|visa {typed_card}|sure it is {typed_card}",
    ),
    (
        "[can you verify your social|last thing i need your ssn|What is your social security number?|social security number please]",
        "{ssn}|its {ssn}|my social is {ssn}|sure {ssn}|ok ssn {ssn}",
    ),
    (
        "[phone number please|What's the best number to reach you?|can i have your phone number|a callback number]",
        "{phone}|its {phone}|you can call {phone}|my cell is {phone}|{phone} thanks|sure thing {phone}|{spoken_phone}",
    ),
    (
        "[whats your email|May I have your email address?|email please|where should i send the receipt]",
        "{email}|{loose_email}|my email is {loose_email}|its {email}|{loose_email}|send it to {email} please|sure its {loose_email}",
    ),
    (
        "[what is your address|Could you confirm your billing address?|address please|where do you live|whats the new address]",
        "{address}|its {street}|{street}|i live at {street}|new address is {address}|{street} thanks",
    ),
    (
        "[date of birth please|when were you born|Can you confirm your date of birth?|whats your dob]",
        "{dob}|its {dob}|born {dob}|{dob} is my birthday|sure {dob}|dob {dob}",
    ),
    (
        "[what should the new password be|What would you like your new password to be?|please choose a password|tell me the password]",
        "{weak}|its {weak}|change it to {weak}|make it {weak} please|the password should be {weak}|{weak} please|lets do {weak}|can it be {weak}|{password}|ok set it to {password}",
    ),
    (
        "[whats your pin|Please enter your PIN.|what pin do you want|4 digit pin please]",
        "{pin}|my pin is {pin}|its {pin}|{pin} please|use {pin}",
    ),
    (
        "[whats your user name|Could I have your username?|login name please|user id please]",
        "{user}|its {user}|my username is {user}|username {user}|i think {user}",
    ),
    (
        "[whats your mothers maiden name|security question, name of your father?|who is the policy holder|who else is on the account]",
        "{last_low2}|its {last_low2}|my wife {first_low2}|{full_low2}|{full2}",
    ),
    (
        "[order number please|Do you have the order number?|whats your order number|which order]",
        "{number}|its {number}|order {order_no}|{order_no}|sure {number}|the number is {number}",
    ),
    (
        "[claim number please|do you have a claim number|policy number|What's your policy number?]",
        "{policy}|its {policy}|{number}|policy {policy}|ok {policy}|claim {number}",
    ),
    (
        "[booking number please|confirmation number|do you have the booking reference|reservation number?]",
        "{booking}|its {booking}|{booking} i think|{number}|sure {booking}|confirmation is {booking}",
    ),
    (
        "[which flight|flight number please|which flight are you on]",
        "{flight}|{flight} on {date}|from {city} to {city}|its {flight} i think|{city}",
    ),
    (
        "[when did this happen|what date do you want to fly|When would you like to come in?|on which day]",
        "{date}|{date} at {time}|next {weekday}|on {date} please|around {time}",
    ),
    (
        "[how much was the charge|what is the amount|how much do you want to transfer]",
        "{price}|about {price}|{price} please|it was {price}",
    ),
    (
        "[what kind of car is it|which model|what product is it|what device do you have]",
        "{product}|its a {product}|{part}|model {part}|{product} i think",
    ),
    (
        "[what is the error|what do you see on the screen|any code on the screen]",
        "error {four}|it says {hexa}|code {four}|nothing just black|version {version}",
    ),
    (
        "[anything else|is that all|Is there anything else I can help you with?]",
        "no thanks|no that is all|nope|thats it thank you|not today",
    ),
)
_ACKNOWLEDGEMENTS = words(
    "ok|thanks|perfect|got it|thank you|one moment please|great|alright let me check|Thank you for that.|ok give me a minute|thanks {first_low}|Perfect, {first}.|and|let me pull that up",
    "|",
)
_ENDINGS = words(
    "ok that is done|your request has been processed|you are all set|i see, thank you for waiting|Is there anything else?|have a nice day|all done, you will get an email soon|Your reference is {number}.|thanks bye|thank you for choosing {company}",
    "|",
)
_PRIVATE_QUESTIONS = 12


def _line(speaker: str, text: str) -> str:
    return f"{speaker}{' ' if speaker == '-' else ': '}{text}" if speaker else text


def _conversation(rng: random.Random, *, pii: bool) -> str:
    """A template of three to fourteen turns."""
    agent, customer = rng.choice(_SPEAKERS)
    if not pii and "{" in agent:
        agent, customer = "Agent", "Customer"
    lines: list[str] = []
    if rng.random() < 0.6:
        lines.append(_line(agent, rng.choice(_OPENINGS if pii else _OPENINGS[:4])))
        lines.append(_line(customer, rng.choice(_WISHES)))
    if pii:
        asked = rng.sample(_QUESTIONS[:_PRIVATE_QUESTIONS], rng.randint(1, 3)) + rng.sample(
            _QUESTIONS[_PRIVATE_QUESTIONS:], rng.randint(0, 2)
        )
        rng.shuffle(asked)
    else:
        asked = rng.sample(_QUESTIONS[_PRIVATE_QUESTIONS:], rng.randint(1, 4))
    for question, answers in asked:
        acknowledged = rng.choice(_ACKNOWLEDGEMENTS) if rng.random() < 0.35 else ""
        if "{" in acknowledged and not pii:
            acknowledged = "thanks"
        together = rng.random() < 0.5
        if acknowledged and lines and not together:
            lines.append(_line(agent, acknowledged))
        lines.append(_line(agent, (acknowledged + " " if acknowledged and together else "") + question))
        lines.append(_line(customer, rng.choice(answers.split("|"))))
    if rng.random() < 0.5:
        lines.append(_line(agent, rng.choice(_ENDINGS)))
    return r"\n".join(lines)


def _conversations(count: int, seed: int, *, pii: bool) -> str:
    rng = random.Random(seed)
    return "\n".join(dict.fromkeys(_conversation(rng, pii=pii) for _ in range(count))) + "\n"


CHATS = _conversations(500, 3, pii=True)
PLAIN = _conversations(90, 4, pii=False)

LINES = r"""
hi my name is {full_low} and my account number is {typed_account}
hello this is {first_low} i want to change my password to {weak}
my password is {weak} but it does not let me in
pw: {weak}
pw is {weak} i think
the password should be {weak}
pls change it to {weak}
i used {weak} as password [before|last time|on the old phone]
can you reset it to {weak} for me
login {user} password {weak}
user {user} pass {weak}
its {weak}
old one was {weak} new one {weak}
{weak} was my password but it got hacked
i want {weak} to be my new passcode
my user id is {user} and i cant remember if the password was {weak} or {weak}
the wifi is called {host} and the password is {weak}
try {weak}, that's what [mum|the guy before me|{first}] used for everything
{weak} doesnt work anymore did you change the password
my pin is {pin} and it gets rejected at the atm
{pin} is the code for the gate, don't tell anyone
just use my pin {pin}
the alarm code is {pin} and the key is under the mat
you need the code {otp} i just got it by text
they texted me {otp}, is that the code
my email is {loose_email}
email {loose_email} phone {phone}
you can send it to {loose_email} or text me at {phone}
{loose_email} is my mail
its {loose_email} all lower case
{email} is the old one please use {email2}
that is {loose_email} all one word
my new number is {phone} the old one doesnt work
this is {full_low} calling about order {number} my number is {phone}
i am {full_low} dob {dob} ssn {ssn}
name {full_low} account {typed_account} amount {price}
transfer {price} from {typed_account} to {typed_account}
send {price} to {full_low} account {typed_account}
deposit it in my checking {typed_account} not in the savings {typed_account}
account {typed_account} please close it
my account {typed_account} has a charge of {price} i did not make
which account should i use\n{typed_account}\nand the amount\n{price}
ok {typed_account} routing {routing}
pay with {typed_card} exp {expiry} cvv on the back
charge {price} to {typed_card}
card {typed_card} was stolen please block it
i live at {street} in the blue house
my address changed to {address}
deliver to {street} {first_low} will be home
ship it to {full_low} {street}
my license is {licence} and the plate is {plate}
{full_low}\n{street}\n{phone}
name: {full_low}\nacct: {typed_account}\npin: {pin}
{full_low} {dob} {phone}
i was born {dob} and my ssn is {ssn}
insta {user} snap {user2}
add me im {user} on there
gamertag {user}
""".lstrip("\n")
