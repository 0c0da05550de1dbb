"""English templates without PII in which names of people stand for something else, and long plain prose."""

# A template stays on one line.
# ruff: noqa: E501
from __future__ import annotations

PROSE = r"""
[Patients|People|Families] with {term} often wait {n} years for a diagnosis.
{term} [is|was] explained on the whiteboard in {room}.
Lecture {n}: {term} and {term}
We approximate the integral with {term}; see also {term}.
What does {term} have to do with {term}?
The quiz asked about {term}, {term} and {term}.
Our {season} menu has {term} and a {product} dessert.
{named} is closed until {date}.
Take the bus from {named} to {named}, about {n} minutes.
{named} and {named} are {dist} apart.
We stayed near {named} and walked to {named} every morning.
The conference moves from {named} to {city} in {year}.
I am rereading {work} for the third time.
{work} is on at {time}, {work} right after.
We watched {work} and fell asleep before the end.
The school put on {work} in {month}; tickets were {price}.
{club} beat {club} {n}-{n} on {weekday}.
{club} travel to {club} next, then host {club}.
Is {club} against {club} on TV tonight?
{tool} is red again after {version}, please restart it.
We moved from {tool} to {tool} last {season}.
{tool} {version} does not work with {tool} {version}.
Does {tool} support {tool} plugins?
hey [alexa|siri|google|bixby|cortana] turn the lights off
[Alexa|Siri|Cortana|Hey Google|Claude|Gemini], what's the weather in {city}
okay google set an alarm for {time}
call mom
text dad i'm on my way
call the dentist and ask about {weekday}
remind me to email my boss at five
call my sister back when I get home
send a message to the team that the {product} is ready
ask grandma for the recipe
The {cls} class inherits from {cls} and overrides run().
{cls} raises an error when the index is empty.
Rename {cls} to {cls} and drop {cls}.
`{cls}` and `{cls}` share a base class.
In {season} the roses bloom, and in {season} the leaves turn.
{season} was cold this year, {season} even colder.
May I leave early? It may rain, and the mark on the bill is not mine.
Will the chef grant us one more course, or just frank talk?
He drew a card, paid the bill, and left the mark of his boot.
A rich harvest, a red rose, a pearl of wisdom and a ray of light.
Hope springs eternal, faith moves mountains, and patience is a virtue.
The robin sat on the ivy while a jay and a martin flew by.
Jack up the car, then use a Phillips screwdriver and a John Deere mower manual.
He said "for Pete's sake", she said "jeez Louise", and Bob's your uncle.
Every Tom, Dick and Harry has an opinion about {product}.
Average Joe does not read the terms and conditions.
Keeping up with the Joneses costs {price} a month.
Any Jane Doe can file form {four}.
Simon says touch your toes.
The Bobby pins, the Betty crocker mix and the Martha Stewart towels are in aisle {n}.
{company} and {company} rose {percent}, {company} fell.
{company} v. {company} was settled for {price}.
Shares in {company} and its rival {company} were flat on {weekday}.
{company} opens a store at {named}.
I work at {company} near {named}, not at {company}.
{company}'s {product} costs less than {company}'s.
The {company} building on {named} has {n} floors.
version {version} is not an address, nor is {version}
The release {version} fixes what {version} broke; {version} will follow in {month}.
Use section {n}.{n}.{n}.{n} of the manual, not {n}.{n}.{n}.
The flight is {flight}, seat {n}A, confirmation {booking}.
booking {booking} for {n} nights from {date}
your claim {number} was received on {date}
I need help with order {number}, it says delivered
where is my package {tracking}
policy {policy} expires on {date}
Meter reading on {date}: {number}.
Item {number} is back in stock at {price}.
The barcode reads {number}.
ticket {number} row {n}
The lottery numbers were {n}, {n}, {n}, {n} and {n}.
The {year} census counted {number} people in the county.
It holds {number} rows and takes {ms}.
Call 911 in an emergency.
Dial 0 for the operator or press {n} to hear this again.
The hotline is open from {time} to {time}.
Press one for billing, two for support, or stay on the line.
what is my balance
i want to change my password
how do i reset my pin
the password is wrong i think
please enter your account number followed by the hash key
can i change my email address online
i dont remember my user name or password
do you need my social security number for this
is it safe to give my card number over the phone
We never ask for a password, a PIN or a full card number.
passwords must not contain your name or birthday
the new password was sent by text
card ending in {four}
the last four digits are {four}
my balance is {price} and i need {price} more
I turned {n} in {month} and moved in {year}.
The store opened on {date} and closed on {date}.
Born in the {year}s, the movement died by {year}.
The patient was born prematurely and weighed {grams}.
{city} was founded on {date}.
The treaty was signed in {city} on {date} and ratified on {date}.
The king and the queen met the pope; the prime minister was late.
The chancellor told the committee that rates would stay at {percent}.
A spokesman for {company} said the plant would reopen in {month}.
Analysts expect {percent} growth, up from {percent}, according to {company}.
The defendant and the plaintiff agreed to drop the case on {date}.
The buyer shall pay the seller within {n} days of the invoice.
Neither party may assign this agreement without written consent of the other.
Wash at {temp}, do not bleach. Made in Portugal.
The hotel is quiet, clean and close to {named}. Breakfast is {price}. We paid {price} for {n} nights and would come again.
Great value! The {product} arrived in {n} days, works fine and looks better than the photo. Only the manual is poor.
Thank you for your patience. We have checked order {number} and found that the parcel left {city} on {date}. It should arrive by {weekday}. If it does not, reply with the tracking number {tracking}.
The committee met in {room} at {time}. It discussed the budget, the roof and the {season} fair. A vote was put off until {date}. The meeting closed at {time}.
Whales are mammals. They breathe air, feed their young with milk, and travel up to {dist} a year. Some live for {n} years.
The town lies on a river in the north of the county. In {year} it had {number} inhabitants. Its church, rebuilt in {year}, is the oldest in the region. A railway reached the town in {year}, and a canal followed.
To install, download the archive from {url}, unpack it, and run make. If make stops with error {n}, delete the cache and try again. Version {version} or later of {tool} is required.
Steps to reproduce:\n1. Install {package} {version}\n2. Run {tool} on {file}\n3. See error {hexa}\n\nExpected: no error. Actual: {cls} fails.
Thanks for the report. This is fixed in {githash} and will be part of {version}. The {cls} change in #{four} made it worse; see also #{four}.
## Changes\n\n- drop {package} in favour of {package}\n- {cls}: faster lookup\n- bump {package} from {version} to {version}\n\nCloses #{four}
Minutes of {date}: the roof leaks, the {season} fair made {price}, the next meeting is on {weekday}.
The study followed {number} patients for {n} months. {percent} had {term}, and {percent} also had {term}. Side effects were mild. No deaths were reported.
In the first half {club} had {percent} of the ball and {n} shots. {club} changed the keeper after the break and won a penalty. The attendance was {number}.
Grandma's recipe: beat {n} eggs, add {grams} of flour, rest for {n} minutes. Serve with {term}.
Dear customer,\n\nyour statement for {month} is ready. Sign in to see it. Do not reply to this message.\n\n{company}
Dear colleague,\n\nthe canteen is closed on {date}. The {season} party starts at {time} in {room}.\n\nThe works council
Hi all,\n\nthe {tool} migration is on {date} from {time} to {time}. Expect errors from {host}. Rollback is {githash}.\n\nThe platform team
Agent: may i have your order number\nCustomer: {number}\nAgent: thanks and the zip code of the store\nCustomer: i do not know
Customer: my flight {flight} was cancelled\nAgent: i can put you on {flight} at {time}\nCustomer: ok booking is {booking}
doctor: how are you today\npatient: better thanks\ndoctor: any side effects from the {dose}\npatient: no
"""

CODE = r"""
{stamp} ERROR [main] c.e.{cls}: timeout after {ms}
{stamp} DEBUG {cls}.java:{n} - loaded {number} entries from {file}
    at com.example.{cls}.run({cls}.java:{n})\n    at java.base/java.lang.Thread.run(Thread.java:833)
Traceback (most recent call last):\n  File "{file}", line {n}, in <module>\n    {cls}().run()\nValueError: expected {n}, got {number}
thread 'main' panicked at src/{package}.rs:{n}:{n}: index out of bounds
Segmentation fault (core dumped) at {hexa} ip {hexa} sp {hexa} error 4
{hexa}: {hexa} {hexa} {hexa}
md5 {file} = {hexa}
sha256:{hexa}{hexa}{hexa}
commit {githash}\nMerge: {githash} {githash}\nDate:   {date}\n\n    Bump {package} from {version} to {version}
diff --git a/{file} b/{file}\nindex {githash}..{githash} 100644\n@@ -{n},{n} +{n},{n} @@ class {cls}:
- {package}=={version}\n+ {package}=={version}
npm WARN deprecated {package}@{version}: use {package}
Successfully installed {package}-{version} {package}-{version}
[{n}/{n}] {cls} ... ok ({ms})
PASSED tests/test_{package}.py::Test{cls}::test_run[{n}]
FAILED tests/{file} - AssertionError: {number} != {number}
##[group]Run {tool} {version}\nJob id {number}, runner {host}, exit code {n}
{tool} build #{four} finished in {ms}: SUCCESS
const {cls} = require('{package}');
from {package} import {cls}\n\nmodel = {cls}(n={n}, seed={number})
public class {cls} extends {cls} { private static final long serialVersionUID = {number}L; }
struct {cls} { uint32_t id; /* {hexa} */ };
assert version_of("{package}") == "{version}"
docker run --rm {package}:{version} --port {port}
image: registry.{domain}/{package}:{version}@{sha}
<dependency>\n  <artifactId>{package}</artifactId>\n  <version>{version}</version>\n</dependency>
name: ci\non: push\njobs:\n  test:\n    runs-on: {host}\n    timeout-minutes: {n}
[tool.{package}]\nversion = "{version}"\nline-length = {n}
<div class="{cls}" id="{hexa}">{n}</div>
.{cls} { color: {hexcolor}; margin: {n}px; }
SELECT id, total FROM orders WHERE order_no = '{number}' AND created < '{stamp}';
UPDATE stock SET qty = {n} WHERE sku = '{part}';
{"order": "{number}", "tracking": "{tracking}", "uuid": "{uuid}"}
{"level": "warn", "ts": {number}, "logger": "{cls}", "msg": "retry {n}"}
{"name": "{package}", "version": "{version}", "license": "MIT"}
order_id,tracking,amount\n{number},{tracking},{price}\n{number},{tracking},{price}
epoch {n}: loss 0.{four}, acc 0.{four}, lr 1e-{n}
{uuid} {uuid} {uuid}
GET /v1/orders/{number}?page={n} HTTP/1.1" 200 {number}
X-Request-Id: {uuid}\nETag: "{hexa}"
Uptime {number} s, load {n}.{n}, mem {measure}
0x{four} 0x{four} {hexa} {hexa}
OID 1.3.6.1.4.1.{four}.{n}.{n}
Kernel {version}, gcc {version}, glibc {version}, OpenSSL {version}
Python {version} (main, {stamp}) [GCC {version}] on linux
{cls}@{hexa}
serialVersionUID={number}
{stamp} {host} kernel: [{number}.{four}] usb 1-{n}: new device number {n}
{stamp} INFO {tool}: job {number} took {ms}, commit {githash}
fix({package}): handle empty {cls}
Revert "Use {cls} in {cls}"
feat: {tool} support for {tool} ({ticket})
I get `{cls} not found` with {package} {version} on {tool}. Downgrading to {version} helps. Log: {hexa}
The {cls} in {file} leaks {measure} each run; valgrind shows {hexa} lost.
+1, same with {package} {version}, works in {version}
Can we cache {cls}? On {host} it takes {ms} for {number} rows.
"""
