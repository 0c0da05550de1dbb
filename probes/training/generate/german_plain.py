"""German templates without PII: look-alikes and plain text."""

# A template stays on one line.
from __future__ import annotations

PROSE = r"""
Ihre Bestellung {order_no} wurde versandt, die Sendungsnummer lautet {tracking}.
Die Rechnung {invoice} über {price} ist bis zum {date} zu zahlen.
Bitte aktualisieren Sie auf Version {version}; {version} wird seit {date} nicht mehr unterstützt.
Artikel {part} ist nicht lieferbar, als Ersatz empfehlen wir {part}.
Ticket {ticket} wurde am {date} um {time} geschlossen.
Der Commit {githash} hat den Build auf {host} zerstört.
Die Sitzung findet am {date} um {time} in {room} statt.
Flug {flight} nach {city} startet um {time}.
ISBN {isbn}, {n} Seiten, erschienen {year}.
{company} steigerte den Umsatz im {month} auf {price}.
{company} und {company} haben am {date} eine Zusammenarbeit vereinbart.
Die Aktie von {company} verlor {percent}.
{product} ist bis {date} für {price} im Angebot.
Wir haben {product} und {product} eine Woche lang verglichen.
{city} liegt etwa {dist} von {city} entfernt.
Vom Bahnhof {city} fährt jede Stunde ein Bus nach {city}.
Die {street_name} ist bis {date} gesperrt.
Nächster Halt: {street_name}. Ausstieg links.
An der {street_name} entsteht ein neuer Radweg.
In {city} werden morgen {temp} erwartet, im Süden etwas Regen.
Gemäß {law} hat der Mieter Anspruch auf Minderung.
Nach {law} in Verbindung mit {law} ist die Klage zulässig.
Das Aktenzeichen lautet {case_no}.
USt-IdNr.: {vat}, Handelsregister {register}
{company}, {register}, USt-IdNr. {vat}
Kennzeichen {plate}, Kilometerstand {big}.
Die Fahrgestellnummer steht unter der Windschutzscheibe, nicht das Kennzeichen {plate}.
Laborwerte: {lab}, {lab}.
Blutdruck {bp}, Puls {n}, Temperatur {temp}.
Diagnose {icd}, Kontrolle in {n} Wochen.
Morgens {dose}, abends {dose}, mit etwas Wasser einnehmen.
Der Patient wurde am {date} in gutem Zustand entlassen.
Das Mehl mit {grams} Zucker verrühren und {n} Minuten backen.
Das Geburtsdatum ist ein Pflichtfeld.
Wie beantrage ich eine Steuer-Identifikationsnummer?
Wo finde ich meine Rentenversicherungsnummer?
Geben Sie Ihre PIN und Ihr Passwort niemals weiter.
Das Passwort muss mindestens {n} Zeichen lang sein.
Wie prüfe ich eine IBAN in Excel?
Schreib ein Gedicht über den Herbst am Meer.
Erkläre mir den Unterschied zwischen einer Liste und einem Tupel.
Bitte übersetze „Guten Morgen“ ins Französische.
Die Kundin erhielt {price} zurück, weil das Paket beschädigt war.
Der Bürgermeister und die Ministerin kamen am {weekday} nach {city}.
Der Müller mahlt das Korn, der Schneider näht, und der Bauer pflügt im März.
Im Winter wird es früh dunkel, im Sommer blüht die Rose am Haus.
Der Fuchs schlich durch den Wald, und ein Wolf heulte in der Ferne.
Klein, aber fein: Das Café am Markt öffnet um {time}.
Der König und der Kaiser kommen im Märchen ganz am Ende vor.
Ein langer Weg, ein kurzer Abschied, und dann war es Herbst.
Meine Oma und mein Onkel kommen am {weekday}; der Arzt kommt später.
lol das war vor {n} jahren oder so
ok bis {time}, ich bring kuchen mit
sitze im zug nach {city}, netz ist schlecht
hat jemand ein ladekabel für {product}?
Das Spiel endete {n}:{n}, die Mannschaft aus {city} steigt ab.
Die Brücke wurde {year} gebaut und ist {n} Meter lang.
Der Ort wurde {year} erstmals urkundlich erwähnt und hat {big} Einwohner.
Die Schlacht von {city} dauerte {n} Tage.
Der Nobelpreis, der Dieselmotor und die Braunsche Röhre tragen Namen von Forschern.
Die Alzheimer-Krankheit und Morbus Crohn sind nicht heilbar.
Der Satz des Pythagoras gilt nur im rechtwinkligen Dreieck.
Die Goethe-Universität und das Max-Planck-Institut bauen ein Zentrum in {city}.
Ein Besuch im Lenbachhaus und in der Albertina lohnt sich.
{stamp} INFO Dienst gestartet auf {host}, PID {big}
{stamp} WARN Antwortzeit {ms}, Grenze {ms}
{"id": "{uuid}", "status": "ok", "anzahl": {big}}
Artikel;Menge;Preis\n{part};{n};{price}\n{part};{n};{price}
MAC {mac}, VLAN {n}, Port {port}
Siehe {url} für die Dokumentation.
Die Seite {url} ist seit {date} nicht erreichbar.
Charge {lot}, mindestens haltbar bis {date}.
Der Vertrag läuft vom {date} bis zum {date}.
Angebot Nr. {invoice} vom {date}, gültig {n} Tage.
Kundennummer und Kontonummer stehen auf der Rückseite der Karte.
Sehr geehrte Damen und Herren,\n\nunser Büro bleibt am {date} geschlossen.\n\nMit freundlichen Grüßen\nIhr Team von {company}
Hallo zusammen,\n\ndas Treffen am {weekday} beginnt erst um {time}.\n\nViele Grüße
Kunde: Wo bleibt meine Bestellung {order_no}?\nService: Sie hat {city} am {date} verlassen.
Nutzer: Was ist {product}?\nAssistent: Ein bekannter Name, seit {year} auf dem Markt.
Name: [unbekannt|k. A.|—]\nTelefon: [keine Angabe|-]\nE-Mail: [fehlt|k. A.]
Auftrag: {order_no}\nLieferdatum: {date}\nMenge: {n}\nSumme: {price}
Seriennummer {part}, Garantie bis {date}.
Die Sendung erhält den Stempel {date}, Gewicht {measure}.
Gleis {n}, Wagen {n}, Platz {n}, Abfahrt {time}.
Das Zimmer {n} ist am {weekday} von {time} bis {time} belegt.
Die Inflation sank im {month} auf {percent}.
Der Kurs begann am {date} und endet am {date}.
Aldi und Lidl senken die Preise, dm zieht nach.
Ich fahre einen Mercedes und putze ihn mit Persil.
"""
