"""German templates with PII. One a line; `[a|b]` picks one; a digit tells people apart."""

# A template stays on one line.
# ruff: noqa: E501
from __future__ import annotations

PROSE = r"""
Bitte [schicken|senden|liefern] Sie [das Paket|die Unterlagen|den Ersatz] an {full}, {address}.
Hallo {first}, [wollte nur kurz nachfragen|gibt es Neuigkeiten|noch eine Frage] zu Bestellung {order_no}. [Danke!|LG|Viele Grüße]
Hey {first}, bleibt es bei {time} am {weekday}?
Mein Name ist {full} und ich wohne [in der|derzeit] {address}.
Ich heiße {full}, geboren am {dob} in {city}.
[Herr|Frau|Dr.|Herr Dr.|Frau Prof.] {last} hat am {date} angerufen und bittet um Rückruf unter {phone}.
Sie erreichen mich [tagsüber|ab {time}|mobil] unter {phone}.
[Ruf|Ruft] bitte {person} an: {phone}, der Kurier steht vor der Tür.
{full} [arbeitet seit {month} als Buchhalterin bei {company}|leitet seit {year} das Labor in {city}|ist neu im Vertrieb].
{genitive} [Auto steht noch in der Werkstatt|Vertrag läuft am {date} aus|Vorschlag gefällt mir besser|Mutter kommt aus {city}].
{last_genitive} [Anwalt wollte sich dazu nicht äußern|zweites Tor entschied das Spiel|Rede dauerte {n} Minuten].
Das Haus von {first} und {first2} wurde für {price} verkauft.
Patient {last_first}, geb. {dob}, stellte sich am {date} mit [Brustschmerzen|Husten und Fieber|Schwindel] vor.
Pat. {full}, *{dob}, Aufnahme {date}, RR {bp}, Allergien: keine. Gez. Dr. {last2}
{full} ({dob} – {date}) war [ein deutscher Schriftsteller|eine österreichische Malerin|ein Schweizer Physiker|eine deutsche Juristin].
{full} (* {dob} in {city}) ist [eine deutsche Schauspielerin|ein türkisch-deutscher Regisseur|ein österreichischer Skirennläufer|eine Schweizer Schachspielerin].
Geboren wurde {full} am {dob} in {city}; {last} wuchs bei den Großeltern auf.
Im Jahr {year} [reiste {historic} nach {city}|veröffentlichte {historic} sein bekanntestes Werk|starb {historic}].
Über {historic} schrieb {full} eine viel beachtete Biografie.
„[Wir sind sehr zufrieden|Das war erst der Anfang|Damit habe ich nicht gerechnet]“, sagte {full}, [Geschäftsführer von {company}|Sprecherin der Stadt {city}|der Trainer].
Laut {full} und {initials2} ist die Methode von {last3} et al. für n = {n} schneller.
Bundesministerin {full} traf am {weekday} ihren Amtskollegen {full2} in {city}.
{last} traf doppelt, {full2} sah in der {n}. Minute die Rote Karte.
Zur neuen Vorsitzenden wurde {full} gewählt, ihr Stellvertreter bleibt {full2}.
Das Drehbuch schrieb {full}, in den Hauptrollen spielen {full2}, {full3} und andere.
Die Polizei sucht nach der vermissten {full} ({n}) aus {city}. Hinweise an {business_phone}.
Der Angeklagte {full}, geboren am {dob} in {city}, wird zu einer Freiheitsstrafe von {n} Monaten verurteilt.
In der Sache {last} gegen {last2} (Az. {case_no}) ergeht folgender Beschluss.
Zeuge {full}, wohnhaft {address}, erschien pünktlich.
Zwischen {company} und {full}, {address}, wird folgender Mietvertrag geschlossen.
Die Mieterin {full} (geb. {dob}) zahlt ab dem {date} eine Miete von {price}.
Meine [neue |]Adresse lautet {address}.
Wir sind umgezogen: {street}, zweiter Stock links, klingeln bei {last}.
Treffpunkt ist [heute|morgen] um {time} vor der {street}.
Können Sie bitte meine Anschrift von {address} auf {address2} ändern?
Rechnung bitte an: {full}, {address}
meine [schwester|mama|chefin|nachbarin] {lower_first} [kommt am wochenende|hat ihren schlüssel vergessen|ist krank]
weiß jemand ob {lower_first} schon da ist? {lower_first2} wartet unten
hallo ich bin {lower_full} und meine bestellung {order_no} ist nie angekommen
{first} und {first2} heiraten im {month}! Gefeiert wird in der {street}.
Alles Gute zum Geburtstag, {first}! Grüße auch an {first2}.
Mein Sohn {first} ist am {dob} geboren und braucht einen Platz in Gruppe {n}.
Das Geburtsdatum lautet {dob}, nicht {dob2}; bitte korrigieren Sie das [in Vorgang {ticket}|auf der Rechnung {invoice}].
[Meine|Seine|Ihre] {id_pair}, [bitte vertraulich behandeln|eine Kopie liegt bei|ausgestellt am {date}].
Für die Lohnabrechnung brauche ich noch etwas: {id_pair}. Danke!
Steuer-ID von {full}: {steuer_id}
Rentenversicherungsnummer {pension_no}, Eintritt {date}, Steuerklasse {n}.
Ausweis {id_card}, gültig bis {date}, Inhaberin {full}.
SVNR {svnr}, versichert bei der ÖGK seit {date}.
AHV-Nummer {ahv}, wohnhaft in {city}.
Bitte überweisen Sie {price} auf das Konto {iban} ({bank}, BIC {swift}), Empfänger {full}.
Meine IBAN ist {iban}. [Die Lastschrift kann ab {date} erfolgen.|Kontoinhaberin ist {full}.]
Kontonummer {account}, BLZ {blz}, lautend auf {full}.
SEPA-Mandat: {full} ermächtigt {company}, von {iban} den Betrag von {price} einzuziehen.
Die Kartennummer ist {card}, gültig bis {expiry}, Inhaber {full}.
buch es bitte von {card} ab, gültig {expiry}
Meine Kreditkarte {card} wurde am {date} in {city} gesperrt.
Das neue [WLAN-Passwort|Kennwort|Passwort für den Drucker] lautet {password}
Benutzername {user}, Passwort {password}, [bitte gleich ändern|nicht weitergeben].
Ihr [Bestätigungscode|TAN|Sicherheitscode] lautet {otp}. [Geben Sie ihn nicht weiter.|Er gilt {n} Minuten.]
Die PIN für den Tresor ist {pin}, [wie letztes Jahr|nicht aufschreiben].
Der API-Schlüssel {api_key} steht im Repository, bitte {first} Bescheid sagen.
Von {ip} kamen {n} Fehlversuche für das Konto {user}.
Der Server {host} hat jetzt die IP {ip}, Port {port}.
Folgt mir auf Insta: @{user}
Danke an @{user} und @{user2} für [den Tipp|die Hilfe|das Rezept]!
Mein Nutzername im Forum ist {user}, angemeldet seit {date}.
Schreiben Sie [Frau|Herrn] {last} an {email}, [am besten bis {date}|Stichwort {ticket}].
Presseanfragen an {office_email} oder telefonisch unter {business_phone}.
mail mir: {odd_email}
Erreichbar per Mail ({email}) oder per Telefon ({phone}), sagt {person}.
Bewerbung von {full}: {n} Jahre bei {company}, Abschluss {year}, Tel. {phone}.
Tisch für {n} Personen auf den Namen {last}, {date}, {time}, Rückfragen an {phone}.
Buchung {order_no}: {last_first}, Flug {flight} ab {city} am {date}.
Hier spricht {full} von {company}, es geht um das Ticket {ticket}.
Am Apparat: {last}. Nein, nicht {last2}, {last}!
Verfasse eine E-Mail an {full} <{email}>: Das Gerät {product} wird am {date} geliefert.
Wer ist {full} und was hat {last} {year} gemacht?
Trag bitte {full} in meine Kontakte ein: {phone}, {email}, Geburtstag {dob}.
Logg dich auf {url} mit {user} / {password} ein und lade {file} herunter.
Fasse zusammen: {full} ({email}) schreibt, dass Rechnung {invoice} doppelt von {iban} abgebucht wurde.
Übersetze ins Englische: „Sehr geehrte Frau {last}, Ihr Paket {tracking} liegt in der {street}.“
Anwesend: {full}, {full2}, {initials3}. Protokoll: {initials}
Die Klassenlehrerin, Frau {last}, und Herr {last2} laden zum Elternabend am {date} ein.
Dr. med. {full} verordnete {first2} {dose} Ibuprofen.
Notfallkontakt: {full} ([Ehemann|Mutter|Schwester]), {phone}
Wir trauern um {full}, geb. {last2}, * {dob} † {date}.
Familie {last} aus {city} sucht eine Betreuung für {first} ({n}) und {first2} ({n}).
Entlaufen: Kater, grau getigert. Bitte melden bei {first}, {phone}
Zu verkaufen: {product}, {price}, Abholung {street}. Tel. {phone}
Oberbürgermeister {full} eröffnete die Brücke gemeinsam mit Landrätin {last2}.
Wie {full} gestern mitteilte, übernimmt {full2} zum {date} die Leitung von {company}.
Dem Antrag von Frau {last} auf Akteneinsicht wird stattgegeben.
Nach Ansicht von {last} und {last2} ({year}) hängt das Ergebnis von der Temperatur ab.
Unterzeichnet: {full}, {city}, den {date}
"""

CHATS = r"""
{first}: bist du schon da?\n{first2}: noch nicht, Bahn hat {n} min Verspätung\n{first}: ok, treffen wir uns {street}\n{first2}: meine neue Nummer: {phone2}
Kundenservice: Willkommen bei {company}, wie kann ich helfen?\nKunde: Guten Tag, {full} mein Name.\nKundenservice: Ihr Geburtsdatum bitte?\nKunde: {dob}.\nKundenservice: Danke, [Herr|Frau] {last}.
Support: Wie lautet Ihre Bestellnummer?\nKundin: {order_no}\nSupport: Und Ihre E-Mail-Adresse?\nKundin: {email}
[{time}] {user}: jemand online?\n[{time}] {user2}: ja\n[{time}] {user}: server ist {ip}, pw {password}
Nutzer: Ich bin {first} und meine Karte {card} wird abgelehnt.\nAssistent: Das tut mir leid, {first}. Bitte nennen Sie die Nummer nicht vollständig.
Frage: Wie heißen Sie?\nAntwort: {full}.\nFrage: Wo wohnen Sie?\nAntwort: {address}.
Ich: wie war nochmal das wlan?\n{first}: {password}\nIch: danke
Bot: Bitte geben Sie den Code ein, den wir an {phone} gesendet haben.\nNutzer: {otp}\nBot: Bestätigt.
Leitstelle: Notruf, wo genau ist der Einsatzort?\nAnrufer: {street}, bitte schnell!\nLeitstelle: Wie ist Ihr Name?\nAnrufer: {full}
{full}: Wie hoch ist das Budget?\n{full2}: {price}.\n{full}: Seit wann?\n{full2}: Seit {date}.
REPORTER: Frau {last}, warum {city}?\n{last}: Weil es {year} noch bezahlbar war.
User: Steuererklärung, was fehlt dir noch?\nAgent: Die Steuer-ID.\nUser: {steuer_id}\nAgent: Und die IBAN?\nUser: {iban}
"""

MAILS = r"""
Von: {full} <{email}>\nAn: {full2} <{email2}>\nDatum: {date} {time}\nBetreff: [Rechnung {invoice}|AW: {ticket}|Besprechung {room}]\n\nHallo {first2},\n\n[anbei die Datei {file}.|die Zahlen für {month} sehen gut aus.|können wir auf {date} verschieben?]\n\n[Viele Grüße|Beste Grüße|Herzliche Grüße|LG]\n{first}
Sehr geehrte[r Herr| Frau] {last},\n\n[vielen Dank für Ihr Schreiben vom {date}.|Ihr Antrag {ticket} ist unvollständig.|wir freuen uns, Ihnen die Stelle anbieten zu können.]\n\nMit freundlichen Grüßen\n{full2}\n{company}\nTel. {business_phone}
Sehr geehrte Damen und Herren,\n\nmeine Bestellung {order_no} ist nicht angekommen. Sie erreichen mich unter {phone}.\n\nMit freundlichen Grüßen\n\n{full}\n{address_lines}
{full}\n{address_lines}\n\n{date}\n\n[Kündigung meines Vertrags|Widerspruch gegen den Bescheid vom {date}]\n\nSehr geehrte Frau {last2},\n\nhiermit kündige ich zum nächstmöglichen Termin. Das Guthaben überweisen Sie bitte auf {iban}.\n\n{full}
Liebe Kolleginnen und Kollegen,\n\n{first} ist bis {date} nicht im Haus. In dringenden Fällen hilft {first2} unter {phone2}.\n\n-- \n{full3} | {company} | {phone3} | {email3}
{full}\n[Vertriebsleitung|Rechtsanwältin|Leiter Einkauf|Steuerberater]\n{company}\n{address_lines}\nT {business_phone}\nM {phone}\n{email}
Am {date} schrieb {full} <{email}>:\n> [kannst du mir {file} schicken?|bis {time}!]\n\nKlar, erledigt. {first2}
Hallo {first},\n\nIhr Passwort wurde auf {password} zurückgesetzt. Anmeldung unter {url} als {user}.\n\nIhr Team von {company}
LEBENSLAUF\n\n{full}\n{address_lines}\nTelefon: {phone}\nE-Mail: {email}\ngeb. am {dob} in {city}\n\nBERUFSERFAHRUNG\n{year} bis heute: [Pflegekraft|Schweißer|Buchhalter] bei {company}
Amtsgericht {city}\nGeschäftszeichen: {case_no}\n\nIn dem Rechtsstreit\n{full}, {address}\n- Kläger -\ngegen\n{full2}, {address2}\n- Beklagte -\n\nwird Termin bestimmt auf {date}, {time}, Saal {n}.
Arztbrief\n\nPatient/in: {last_first}, geb. {dob}\nAnschrift: {address}\nDiagnose: {icd}\nBefund: {lab}\n\nMit kollegialen Grüßen\nDr. med. {full2}
{first}, kommst du {weekday} mit? {first2} fährt. Abfahrt {time} {street}. Ruf an: {phone}
Protokoll vom {date}\nTeilnehmende: {full}, {full2}, {full3}\nOrt: {room}\nTOP 1: {last} berichtet über {product}.\nTOP 2: {last2} klärt Rechnung {invoice}.
"""

LOGS = r"""
{stamp} INFO Anmeldung erfolgreich benutzer={user} ip={ip}
{stamp} WARN Anmeldung fehlgeschlagen user={user} von {ip} versuch={n}
{stamp} ERROR Zahlung abgelehnt bestellung={order_no} karte={card} betrag={price}
{"name": "{full}", "geburtsdatum": "{dob}", "telefon": "{phone}", "kundennummer": "{order_no}"}
{"vorname": "{first}", "nachname": "{last}", "email": "{email}", "erstellt": "{stamp}"}
{"empfaenger": "{full}", "anschrift": "{address}", "sendung": "{tracking}"}
Nr;Name;E-Mail;Ort\n{n};{full};{email};{city}\n{n};{full2};{email2};{city}\n{n};{full3};{email3};{city}
Name;IBAN;Betrag\n{full};{iban};{price}\n{full2};{iban2};{price}
Nachname,Vorname,Geburtsdatum,Telefon\n{last},{first},{dob},{phone}\n{last2},{first2},{dob2},{phone2}
| Name | Telefon | Zimmer |\n|---|---|---|\n| {full} | {phone} | {n} |\n| {full2} | {phone2} | {n} |
DB_HOST={ip}\nDB_USER={user}\nDB_PASSWORT={password}
export API_TOKEN={api_key}  # nur Produktion
ssh {user}@{ip} läuft in einen Timeout (Version {version})
INSERT INTO kunden (name, email) VALUES ('{full}', '{email}');
Vorgang {ticket} | Bearbeiter: {full} | Eingang {date} | Status: offen
UMSATZ {date} LASTSCHRIFT {company} {iban} {price}
{last_first}\t{dob}\t{steuer_id}\t{price}
<kunde nr="{n}"><name>{full}</name><tel>{phone}</tel></kunde>
{key_block}
curl -H "Authorization: Bearer {jwt}" {url}
Anruf {stamp} von {phone} an {business_phone}, Dauer {n} s, Agent {full}
"""
