"""English templates with PII. One a line; `[a|b]` picks one; a digit tells people apart."""

# A template stays on one line.
# ruff: noqa: E501
from __future__ import annotations

PROSE = r"""
Please [send|ship|forward] the [package|documents|replacement] to {person}, {address}.
Hi {first}, [just checking in on|any update on|following up about] order {order_no}. [Thanks!|Let me know.|Cheers]
Hey {first}, are we still on for {time} on {weekday}?
{full} joined {company} as [chief executive|head of marketing|an intern|a software engineer] in {month}.
My name is {full} and I [live at|moved to|can be found at] {address}.
You can [reach|call|text] me [at|on] {phone} [after|before] {time}.
[Call|Ring|Text] {person} on {phone} if the courier does not show up.
I was born on {dob} in {city}.
Patient {last_first}, DOB {dob}, presented with [chest pain|a persistent cough|a fever of 39 °C] on {date}.
[My|His|Her] {id_pair}, [please keep it private|and it expires {date}|I can send a scan].
The card number is {card}, exp {expiry}, [name on card|cardholder] {full}.
charge it to {card} please, expiry {expiry}
Please wire {price} to {iban}, BIC {swift}, [beneficiary|account holder] {full}.
My account number at {bank} is {account} and the routing number is {routing}.
Sort code {sort_code}, account number {uk_account}, payee {full}.
The new [password|passphrase] for the [wifi|router|shared drive] is {password}
my login is {user} and the password is {password}, [pls don't share|change it after]
Use {api_key} as the API key until [Friday|we rotate it|the end of {month}].
Your [verification|security|login] code is {otp}. [Do not share it with anyone.|It expires in {n} minutes.]
{otp} is your {company} [verification|one-time] code.
The [alarm|door|voicemail] PIN is {pin}, [same as last year|don't write it down].
Blocked {n} failed logins from {ip} [against|for] account {user}.
My IP is {ip} and I still can't connect to {host} on port {port}.
Follow me at @{user} for more [photos|recipes|updates].
thanks @{user} and @{user2} for the [review|help|great stream]!
[Email|Write to|Contact] {person} at {email} [by {date}|for details|if anything is unclear].
For press enquiries, [contact|write to] {office_email} or call {business_phone}.
you can mail me: {odd_email}
{title} {last} [will see you|has moved your appointment] [on {date}|at {time}] in {room}.
{title} {last} and {title} {last2} [disagreed|met|spoke] about the {city} project.
{full} ({dob} – {date}) was an [American|English|Irish|Italian|Indian] [novelist|physicist|politician|footballer|composer|painter].
{full} (born {dob}) is a [Canadian|Nigerian|Brazilian|French|Polish|Korean] [actor|singer|cricketer|journalist|chess player|economist].
{full} was born in {city} on {dob} and grew up in {city}.
In {year}, {historic} [wrote|published|proposed|travelled to {city} and described] [the work that made the name famous|a new theory|a long letter to a friend].
{historic} [died|was crowned|gave a famous speech] in {year}.
The theory of {historic} was later [extended|criticised|tested] by {full}.
"[We are proud|This is only the start|I am not surprised]," said {full}, [chief executive of {company}|a spokesperson|the mayor of {city}].
[Police|Officials] in {city} named the driver as {full}, {n}.
{full} beat {full2} 6-4, 7-5 to reach the final in {city}.
{last} scored twice as {city} won, and {full2} added a late third.
The film, directed by {full} and starring {full2} and {full3}, opens on {date}.
{full}'s [second novel|new album|report] has sold {big} copies since {month}.
President {last} will meet Prime Minister {last2} in {city} on {weekday}.
Senator {full} [voted against|introduced|defended] the bill, while {title} {last2} abstained.
{full}, who founded {company} in {year}, stepped down on {weekday}.
According to {full} and {initials2}, the method of {last3} et al. is [faster|less stable] for n = {n}.
{initials}, {initials2} and {initials3} ({year}). A note on [soil|prices|memory]. Journal of Results, {n}({n}), 12–{n}.
my [sister|brother|mum|boss|neighbour] {first} [is visiting|called|forgot her keys] [on {weekday}|again|yesterday]
{first} and {first2} are getting married in {month}! Party at {street}.
Does anyone know if {first} [got home|has my charger|is coming tonight]? {first2} was asking.
I told {first} that {first2} would pick up the kids from {street} at {time}.
Happy birthday {first}! Hope you and {first2} have a lovely day
We [live at|moved into] {street}, [second floor|the blue door], parking at the back.
The house at {street} sold for {price} in {year}.
Could you update my address from {address} to {address2}?
The meeting moved from {room} to {street}; ask {first} if lost.
Name's {full}, {phone}, order {order_no} never arrived.
Can you check booking {order_no} for {last_first}? Flight {flight} on {date}.
Reservation for {last}, party of {n}, {time}, phone {phone}.
I'd like to dispute a charge of {price} on card {card} dated {date}. — {full}
Refund {invoice} to account {account} ({bank}), reference {ticket}.
Direct debit set up from {iban} on {date}; reference {invoice}.
Passport {passport}, issued {date}, expires {date}, bearer {full}.
Applicant's NI number is {nino}; interview on {date} in {city}.
NHS no {nhs}, {title} {last}, seen {date}, BP 1{n}/{n} mmHg.
PAN {pan} and Aadhaar {aadhaar} are needed before {date}.
SSN on file: {ssn}. Employee no. {big}. Start date {date}.
The last tenant, {full}, left a forwarding address: {address}
{full}'s driver's license {licence} was found near {city}.
I can't log in as {user}, it says the password {password} is wrong.
ssh {user}@{ip} works but scp to {ip2} times out
[Found|Accidentally committed] a key in {file}: {api_key} — please rotate it, {first}.
Set Authorization: Bearer {jwt} and retry version {version}.
The temporary password for {email} is {password}; it expires {date}.
Grandma's PIN is {pin}, card ends {n}, bank {bank}.
{full} — {phone} — {email}
Interview notes: {full}, {n} years at {company}, based in {city}, prefers calls to {phone}.
Witness statement of {full}, of {address}, dated {date}.
The tenant, {full} (born {dob}), and the landlord, {full2}, agree to a rent of {price}.
This agreement is made on {date} between {company} and {full}, residing at {address}.
Dr. {last} prescribed {dose} of ibuprofen to {first}.
Pt. {full}, {dob}, MRN {big}, allergies: none. Seen by Dr {last2}.
{first} was discharged on {date}; next of kin {full2}, {phone2}.
Mom: {phone}\nDad: {phone2}\n{first}: {phone3}
Emergency contact: {full} ([wife|husband|father|sister]), {phone}
{full} emailed {full2} from {email} on {date} about invoice {invoice}.
user {user} reported that {user2} posted someone's address: {street}
Whois for {domain}: registrant {full}, {email}, {phone}, {address}
git commit {githash} by {full} <{email}>: fix {ticket}
Co-authored-by: {full} <{email}>
Signed-off-by: {full} <{email}>
Reviewed by {first}, merged {githash} into main, deployed {version} at {time}.
Ask {first} (@{user}) to re-run the {product} job on {host}.
RSVP to {first} at {email} or {phone} before {date}
Lost dog near {city}! Answers to Daisy. Please call {first} at {phone}
For sale: {product}, {price}, collect from {street}. Call {phone}.
The judge, {title} {last}, sentenced {full2} to {n} years.
{full}, a [teacher|nurse|farmer] from {city}, won {price} in the lottery.
Coach {last} said {last2} would miss the match against {city}.
{city} mayor {full} opened the bridge with {title} {last2}.
[Mr|Mrs|Ms] {last} has been with {company} since {year}.
The minutes were taken by {initials}. Present: {full}, {full2}, {full3}.
Ship to attn {full}, {company}, {address}, tracking {tracking}
My son {first}, born {dob}, needs a seat in room {n}.
DOB is {dob}, not {dob2}, please correct the record [{ticket}|for invoice {invoice}].
He turned {n} on {date}; he was born {dob}.
Remember me? It's {first} from {company}. My new number is {phone}.
Could someone tell {first} the server {host} ({ip}) is down again
Login from new device: {ip}, {city}, {stamp}. If this wasn't you, {first}, reset your password.
The subject's username was {user}; the account was created from {ip} on {date}.
I'm {first}, {n}, from {city}, into [hiking|chess|old films]. insta: {user}
discord: {user}, steam: {user2}
{full} and {company} settled for {price}; {last}'s lawyer, {full2}, declined to comment.
Tell me about {full}.
Who is {full} and what did they do in {year}?
Write a short [biography|poem|letter] [about|for] {full}, who lives in {city}.
Draft an email to {full} <{email}> saying that {product} ships on {date}.
Translate this: "Dear {title} {last}, your parcel {tracking} is at {street}."
Book a table for {first} at {time}, use card {card}, cvv will follow.
Add {full} to my contacts: {phone}, {email}, birthday {dob}.
Agent, log in to {url} with {user} / {password} and download {file}.
Here's my .env, why does it fail?\nAPI_KEY={api_key}\nDB_HOST={host}\nDB_PASSWORD={password}\nPORT={port}
Summarise the ticket: {full} ({email}) says invoice {invoice} was paid twice from {iban}.
"""

CHATS = r"""
{first}: hey, did you see {product}?\n{first2}: not yet lol\n{first}: meet at {street} {time}?\n{first2}: ok, my new number is {phone2}
Agent: Thank you for calling {company}, how can I help?\nCaller: Hi, this is {full}.\nAgent: Can I have your date of birth?\nCaller: It's {dob}.\nAgent: Thanks, {title} {last}.
Support: May I have your order number?\nCustomer: {order_no}\nSupport: And the email on the account?\nCustomer: {email}
[{time}] {user}: anyone up?\n[{time}] {user2}: yes\n[{time}] {user}: server is {ip}, pw {password}
<{user}> ping\n<{user2}> pong, {first} is afk
User: I'm {first} and my card {card} was declined.\nAssistant: Sorry about that, {first}. Never share the full number here.
Q: Please state your name.\nA: {full}.\nQ: Where do you live?\nA: {address}.
{full}: The budget is {price}.\n{full2}: Since when?\n{full}: Since {date}.
Me: what's the wifi\n{first}: {password}\nMe: thx
Bot: Enter the code we sent to {phone}.\nUser: {otp}\nBot: Verified.
INTERVIEWER: So, {first}, why {city}?\n{last}: It was cheap in {year}.
Operator: 911, what's the address?\nCaller: {street}, please hurry\nOperator: And your name?\nCaller: {full}
"""

MAILS = r"""
From: {full} <{email}>\nTo: {full2} <{email2}>\nDate: {date} {time}\nSubject: [Invoice {invoice}|Re: {ticket}|Meeting in {room}|Trip to {city}]\n\nHi {first2},\n\n[Please find attached the file {file}.|The numbers for {month} look good.|Can we move it to {date}?]\n\n[Best|Kind regards|Thanks|Cheers],\n{first}
From: "{last_first}" <{email}>\nTo: {office_email}\nCc: {email2}\nSubject: {product}\n\nDear team,\n\nMy order {order_no} has not arrived. You can call me at {phone}.\n\nSincerely,\n{full}\n{address_lines}
Dear {title} {last},\n\n[Thank you for your letter of {date}.|We are pleased to offer you the position.|Your application {ticket} is incomplete.]\n\nYours sincerely,\n{full2}\n{company}\nTel. {business_phone}
Hello {first},\n\nyour password has been reset to {password}. Sign in at {url} as {user}.\n\nThe {company} team
On {date}, {full} <{email}> wrote:\n> [can you resend {file}?|see you at {time}]\n\nSure, done. {first2}
Hi all,\n\n{first} is out until {date}. In urgent cases call {first2} on {phone2}.\n\n--\n{full3} | {company} | {phone3} | {email3}
{full}\n[Senior Engineer|Account Manager|Paralegal|Sales Lead]\n{company}\n{address_lines}\nM: {phone}\nE: {email}
{address_lines}\n\n{date}\n\nDear [Sir or Madam|{title} {last2}],\n\nI am writing about account {account}.\n\nYours faithfully,\n{full}
Delivered-To: {email}\nReceived: from {host} ([ {ip} ]) by {domain}; {date}\nMessage-ID: <{uuid}>\nSubject: Your ticket {ticket}
BEGIN:VCARD\nVERSION:3.0\nFN:{full}\nTEL:{phone}\nEMAIL:{email}\nEND:VCARD
{full}\n{address_lines}\n{phone} | {email}\n\nPROFILE\n[Nurse|Accountant|Welder|Teacher] with {n} years at {company}.\n\nEDUCATION\n{city} College, {year}
<a href="mailto:{email}">{full}</a>, {room}, ext. {n}
"""

LOGS = r"""
{stamp} INFO auth: user={user} ip={ip} status=200 took={ms}
{stamp} sshd[{big}]: Failed password for invalid user {user} from {ip} port {big} ssh2
{ip} - {user} [{stamp}] "GET /index.html HTTP/1.1" 200 {big}
{ip} - - [{stamp}] "POST /login HTTP/1.1" 401 {n} "-" "Mozilla/5.0 Chrome/{version}"
{stamp} WARN payments order={order_no} card={card} amount={price} declined
level=error ts={stamp} msg="login failed" email={email} client_ip={ip} trace={uuid}
{"user": "{user}", "ip": "{ip}", "request_id": "{uuid}", "version": "{version}"}
{"name": "{full}", "email": "{email}", "phone": "{phone}", "plan": "pro", "created": "{stamp}"}
{"customer": {"first_name": "{first}", "last_name": "{last}", "dob": "{dob}"}, "total": "{price}", "order": "{order_no}"}
id,name,email,city\n{n},{full},{email},{city}\n{n},{full2},{email2},{city}\n{n},{full3},{email3},{city}
order,customer,amount,date\n{order_no},{full},{price},{date}\n{order_no},{full2},{price},{date}
name;iban;amount\n{full};{iban};{price}\n{full2};{iban2};{price}
| Name | Phone | Room |\n|---|---|---|\n| {full} | {phone} | {n} |\n| {full2} | {phone2} | {n} |
curl -H "Authorization: Bearer {api_key}" {url}
export AWS_SECRET_ACCESS_KEY={api_key}\nexport AWS_REGION=us-east-1
postgres://{user}:{password}@{host}:5432/orders
DB_USER={user}\nDB_PASS={password}\nDB_HOST={ip}
mysql -u {user} -p{password} -h {ip}
{key_block}
cat ~/.ssh/id_rsa\n{key_block}\n$ exit
traceroute to {host} ({ip}), 30 hops max\n 1  {ip2}  0.4 ms\n 2  {ip3}  7.1 ms
PING {ip}: 56 data bytes, ttl={n} time={ms}
INSERT INTO users (name, email) VALUES ('{full}', '{email}');
SELECT * FROM accounts WHERE username = '{user}' AND ip = '{ip}';
firewall: DROP src={ip} dst={ip2} proto=TCP dpt={port}
client = Client(api_key="{api_key}")  # TODO move to env
<user id="{n}"><name>{full}</name><tel>{phone}</tel></user>
- name: {full}\n  role: admin\n  login: {user}
"Host: {host}\n  HostName {ip}\n  User {user}\n  Port {port}"
password = "{password}"\nretries = 3\ntimeout = 30
TXN {order_no} {stamp} ACCT {account} DEBIT {price} BAL {price}
{last_first}\t{dob}\t{ssn}\t{price}
"""
