"""English templates about people: tweets, voice commands, calls, results, by-lines, threads, signatures, lists."""

# A template stays on one line.
# ruff: noqa: E501
from __future__ import annotations

SPEECH = r"""
[remind me to|don't let me forget to] email {full_low} at [five|{time}|noon]
[text|call|ring|message] {full_low} and say i'm late
send {first_low} a message saying [i'm on my way|happy birthday|bring milk]
add {full_low} to my contacts
schedule a [meeting|call] with {full_low} and {full_low2} on {weekday}
what did {first_low} say in her last email
read me the last message from {full_low}
is {first_low} free on {weekday} afternoon
tweet at {user} that the show starts at {time}
play something by {full_low}
who is {full_low} married to
[how old is|where was|when did] {full_low} [born|die|get famous]
put {full_low}'s birthday in the calendar
ask {first_low} whether {first_low2} picked up the kids
forward the {weekday} mail to {first_low} and {first_low2} please
tell my [boss|sister|wife] {first_low} i'm stuck in traffic
did {full_low} reply to the email i sent yesterday
set up lunch with {last_low} from accounting
navigate to {street}
directions to {street} avoiding tolls
call {phone}
dial {spoken_phone}
my number is {spoken_phone}
yeah so it's {spoken_phone}, and ask for {first_low}
uh my name's {full_low} and i'm calling about um the bill
so {first_low} was like no way and {first_low2} just laughed
okay {first_low} you're on mute. can you hear us {first_low}
[unidentified speaker|moderator]: our next question comes from {full_low} of {company}
{full_up}: Thank you, {first2}. Good morning, everyone.
{last_up}: I would like to ask the minister about {city}.
Q. Did you see {title} {last} that night?\nA. I saw {first}, yes, and {full2} too.
THE COURT: {title} {last}, you may proceed.\n{title} {last2}: Thank you, Your Honor.
"""

POSTS = r"""
@{user} @{user2} [lol|so true|this|omg yes]
RT @{user}: [big news today|can't wait for {weekday}|we are live] #{season}{year}
[watching|listening to] {full} with {first2} tonight #nofilter
big up @{user} for the [help|support] #blessed
.@{user} why is my order {number} still not here???
{full} is [so underrated|a legend|overrated, fight me] imo
just met {full} at {city} airport!!! so nice in person
{last} needs to be benched. {last2} out too. #{season}
[goodnight|morning] {first_low} [xx|<3]
can't believe {first_low} and {first_low2} broke up
happy bday {first}!! love u
RIP {full}. [Thank you for the music.|Gone too soon.|What a player.]
via @{user}: {url}
new post up, photo by @{user}, styling {full}
{first} u up?
shoutout to {full} and {full2} for [running|organising] the {city} meetup
"{full} is trending" ok what did he do now
if {last} wins this i'm moving to {city}
hey @{user}, DM me your email, mine is {email}
follow {user} on twitch and {user2} on tiktok
u/{user} posted this in {month}
Posted by {user} on {date} at {time}
{user} joined the channel\n{user2}: welcome {user}!
<{user}> has anyone tried {product}\n<{user2}> ask {first}
[{time}] {user}: gg\n[{time}] {user2}: wp {first}
"""

NEWS = r"""
By {full}\n{city} — The {n}-year-old bridge will close in {month}.
By {full} and {full2}, {company} News
{full_up}, Staff Writer
Photo: {full}/{company}
Illustration by {full}. Text: {full2}.
{city} ({company}) - {full}, a former [minister|general|goalkeeper], died on {weekday}. He was {n}.
{city}, {date} - [Foreign|Finance|Defence] Minister {full} said on {weekday} he would not resign.
Mr {last} said that {title} {last2} "never asked".
{last}'s lawyers declined to comment.
It was {first}, not {first2}, who found the [letter|dog|money].
{full}, {n}, of {city}, pleaded not guilty on {weekday}.
Neither {full} nor {full2} could be reached.
The award went to {full} for the novel "{work}".
{full} plays {first2} in the {year} remake of {work}.
{full}'s theory builds on {term}.
{full}, professor of {season} studies at {named}, disagrees.
{full} moved from {club} to {club} for {price}.
{last} (2), {last2}, {last3}.
Goals: {last} 12', {last2} 45+1', {last3} (pen) 78'
1. {full} {n}.31\n2. {full2} {n}.47\n3. {full3} {n}.90
{full_up} 6 7 6\n{full_up2} 4 5 3
{full} b {last2} c {last3} {n}
Starting XI: {last}; {last2}, {last3}, {last4}, {last5}; {last6}, {last7}
{full} def. {full2} 6-3 6-4
MVP: {full} ({n} pts, {n} reb)
Winner: {full}. Runner-up: {full2}. Third: {full3}.
Referee: {full}. Attendance: {big}.
{city} - {city} {n}:{n} ({last} 7., {last2} 33.)
Cast: {full}, {full2}, {full3}, {full4}
Directed by {full}. Written by {full2} & {full3}. Music: {full4}.
{last}, {initials2}, & {last3}, F. ({year}). {term}: a review. [Annals|Letters|Notes], {n}, 1–{n}.
[{n}] {initials}, {initials2}, and {initials3}, "On {term}," {year}.
{last} et al. ({year}) report {percent}, in line with {last2} and {last3} ({year}).
(see {last} {year}; {last2} and {last3} {year}, p. {n})
We thank {full}, {full2} and two anonymous reviewers.
Corresponding author: {full}, {email}
Survived by his wife {first}, sons {first2} and {first3}, and a granddaughter, {first4}.
{full} née {last2} was born in {city} on {dob}.
{full}, known as {nickname2}, ran the club until {year}.
{nickname} coached {club} from {year} to {year}.
{full} Jr. took over from {title} {last2} in {year}.
Sir {full} and Lady {last} attended, as did {title} {full2}.
King {first} II was crowned in {named} in {year}.
The sculptor {full} studied under {historic}.
"{term}", wrote {historic}, "is not for the faint of heart."
{full}: {year}–{year}, mayor of {city}
The committee: {full} (chair), {full2}, {full3} (secretary)
Present: {initials}, {initials2}, {initials3}. Apologies: {full4}.
Attendees\n- {full}\n- {full2}\n- {full3}
{last_first}\n{last_first2}\n{last_first3}
{last_first}; {last_first2}; {last_first3}
{last_up}\n{last_up2}
Dear {first}, dear {first2},
To whom it may concern: {full} worked for {company} from {date} to {date}.
{full}, whose mother {first2} came from {city}, speaks four languages.
My grandfather {first} met my grandmother {first2} in {city} in {year}.
{first} and I are visiting {first2} in {city} next {month}.
The twins, {first} and {first2}, start school in {season}.
Not the {tool} on the build server, I mean {first} from sales.
{first} named her dog after {full2}.
There are three {first}s in my class; {full} sits at the back.
Please welcome {full}, who joins as {n}th member of the team.
{full} will cover for {full2} while she is away.
Speak to [nurse|sister|officer|constable|coach|chef] {last} in {room}.
[Auntie|Uncle|Grandma|Cousin] {first} sends her love.
The victim, identified as {full}, {n}, was taken to {named}.
As {last} put it in {work}, nothing is ever over.
We were {n} in the car: {first}, {first2}, {first3}, me and the dog.
Room {n}: {first} + {first2}. Room {n}: {full3}.
SHIFT {time}-{time}: {last_up}, {last_up2}
Prepared by {full} | Approved by {full2} | {date}
/s/ {full}\n{full}\nChief Financial Officer
Signed: {full}, Notary Public
{full_up} v. {full_up2}, No. {number}
In re Estate of {full}
IN THE MATTER OF {full_up}, DECEASED
[Dr|Prof|Mr|Ms] {full_up}
Yours, {initials}
xoxo {first}
PS: {first} says hi
Who else knows? Only {first} and maybe {title} {last2}.
Ask for {first} at the desk.
The author, {full}, lives in {city} with {first2} and two cats.
Copyright (c) {year} {full}. All rights reserved.
@author {full}\n@since {version}
# Maintainer: {full} <{email}>
// TODO({user}): remove after {version}
{full} ({user}) approved these changes on {date}
{user} commented on {date}: LGTM, but ask {first}
Thanks to @{user} for the report and to {full} for {cls}.
The class {cls} was written by {full} in {year}.
* {full} fixed the {tool} job ({githash})
"""

MAILS = r"""
From: {full} <{email}>\nTo: {full2} <{email2}>; {last_first3} <{email3}>\nSent: {weekday} {time}\nSubject: RE: {product}\n\n{first2} - fine with me. {first3}, can you send the numbers?\n\n{first}
From: {email}\nTo: {email2}\nSubject: (no subject)\n\nhi {first_low2}\ncall me on {phone}\n{first_low}
-----Original Message-----\nFrom: {last_first} [mailto:{email}]\nSent: {date} {time}\nTo: {last_first2}\nCc: {full3}; {full4}\nSubject: FW: {invoice}
> On {date}, at {time}, {full} <{email}> wrote:\n> \n>> {first2}, did {first3} sign?\n> Not yet.\n\nShe has now. {first2}
{full} wrote:\n> I saw {first2} at {city}.\nReally? {first3}
---------------------- Forwarded by {full} on {date} {time} ---------------------------\n\n{full2}\n{date} {time}\nTo: {full3}\n\nplease handle
To: {full}/HOU/Corp@Corp, {full2}/NA/Corp@Corp\ncc: {full3}\nSubject: gas for {month}
{full}\n[Vice President|Regional Manager|Head of Operations], {company}\n{address_lines}\nPhone: {phone}\nFax: {phone2}\n{email}
{full} | [Broker|Realtor|Attorney at Law] | {company}\nO {phone} | C {phone2} | {email}\n{street}
Regards,\n\n{full}\n{company}\n(p) {phone}\n(f) {phone2}
Best,\n{first}\n--\n{full}, PhD\n{named}\n{url}\n{email}
Sent from my iPhone\n\nOn {date}, {full} <{email}> wrote:\n\n> ok
{first},\n\nAttached is the draft. {first2} and {title} {last3} have seen it; {initials4} has not.\n\n{first5}
{first} -\nPlease set up {full2} ({user2}) with access to {host} by {date}.\nThanks, {first3} x{four}
Hi {first},\n\n{full2} will be out, please contact {full3} at {phone3} or {email3}.\n\nRegards\n{full}
Dear {full},\n\nYour appointment with Dr. {last2} is on {date} at {time}. Bring {id_pair}.\n\n{company}
{first} - see below. - {first2}
All,\n\n{full} has resigned. {full2} takes over {month} 1st.\n\n{full3}
MEMORANDUM\nTO: {full}\nFROM: {full2}\nDATE: {date}\nRE: {company} / {ticket}
"""
