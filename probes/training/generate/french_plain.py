"""French templates without PII: look-alikes and plain text."""

# A template stays on one line.
from __future__ import annotations

PROSE = r"""
Votre commande {order_no} a été expédiée, numéro de suivi {tracking}.
La facture {invoice} de {price} est à régler avant le {date}.
Passez à la version {version} avant le {date} ; la {version} n’est plus maintenue.
La pièce {part} est épuisée, nous proposons la {part}.
Le ticket {ticket} a été fermé le {date} à {time}.
Le commit {githash} a cassé la compilation sur {host}.
La réunion a lieu le {date} à {time} en {room}.
Le vol {flight} pour {city} décolle à {time}.
ISBN {isbn}, {n} pages, paru en {year}.
{company} a réalisé un chiffre d’affaires de {price} en {month}.
{company} et {company} ont annoncé un accord le {date}.
L’action {company} a perdu {percent}.
{product} est en promotion à {price} jusqu’au {date}.
Nous avons comparé {product} et {product} pendant une semaine.
{city} se trouve à environ {dist} de {city}.
La {street_name} est fermée jusqu’au {date}.
Prochain arrêt : {street_name}.
Une piste cyclable sera créée {street_name}.
On attend {temp} demain à {city} et un peu de pluie au nord.
Selon l’{law}, le bailleur restitue le dépôt de garantie.
Vu l’{law} et l’{law}, la demande est recevable.
SIRET {siret}, TVA intracommunautaire {vat}.
Affaire n° {case_no}, reçue le {date}.
Véhicule immatriculé {plate}, {big} km.
Biologie : {lab}, {lab}.
Tension {bp}, pouls {n}, température {temp}.
Diagnostic {icd}, contrôle dans {n} semaines.
Prendre {dose} le matin et {dose} le soir.
Le patient est sorti le {date} en bon état.
Mélangez la farine et {grams} de sucre, puis enfournez {n} minutes.
La date de naissance est un champ obligatoire.
Comment renouveler sa carte d’identité ?
Où trouver mon numéro de sécurité sociale ?
Ne communiquez jamais votre code PIN ni votre mot de passe.
Le mot de passe doit compter au moins {n} caractères.
Comment vérifier un IBAN dans Excel ?
Écris un poème sur l’automne au bord de la mer.
Explique-moi la différence entre une liste et un tuple.
Traduis « bonjour » en allemand, s’il te plaît.
La cliente a été remboursée de {price} car le colis était abîmé.
Le maire et la ministre se sont rendus à {city} {weekday}.
Les roses, les violettes et les marguerites fleurissent en mai.
Le boulanger, le meunier et le berger du village se connaissent bien.
La joie et la constance valent mieux que la victoire d’un jour.
Ma tante et mon grand-père arrivent {weekday}, le médecin plus tard.
mdr c’était il y a {n} ans
ok à {time}, j’apporte le gâteau
dans le train pour {city}, ça capte mal
qqn a un chargeur pour {product} ?
Le match s’est terminé {n}-{n} et l’équipe de {city} descend.
Le pont date de {year} et mesure {n} mètres.
La commune compte {big} habitants et existe depuis {year}.
La bataille de {city} dura {n} jours.
Le prix Nobel, le moteur diesel et l’échelle de Richter portent des noms de savants.
La maladie d’Alzheimer et la maladie de Parkinson sont incurables.
Le théorème de Pythagore ne vaut que dans un triangle rectangle.
L’université Claude-Bernard et l’Institut Pasteur ouvrent un centre à {city}.
Descendez à la station Charles-de-Gaulle–Étoile puis prenez vers le lycée Henri-IV.
{stamp} INFO service démarré sur {host}, PID {big}
{stamp} WARN réponse en {ms}, limite {ms}
{"id": "{uuid}", "statut": "ok", "total": {big}}
article;quantite;prix\n{part};{n};{price}\n{part};{n};{price}
MAC {mac}, VLAN {n}, port {port}
Voir {url} pour la documentation.
La page {url} ne répond plus depuis le {date}.
Lot {lot}, à consommer avant le {date}.
Le contrat court du {date} au {date}.
Madame, Monsieur,\n\nNos bureaux seront fermés le {date}.\n\nCordialement,\nL’équipe {company}
Client : Où est ma commande {order_no} ?\nConseiller : Elle a quitté {city} le {date}.
Utilisateur : C’est quoi {product} ?\nAssistant : Un nom connu depuis {year}.
Nom : [inconnu|n. c.|—]\nTéléphone : [non renseigné|-]\nCourriel : [n. c.|aucun]
Commande : {order_no}\nLivraison : {date}\nQuantité : {n}\nTotal : {price}
Numéro de série {part}, garantie jusqu’au {date}.
Voie {n}, voiture {n}, place {n}, départ {time}.
L’inflation est retombée à {percent} en {month}.
Les cours commencent le {date} et finissent le {date}.
Leclerc et Carrefour baissent leurs prix à {city}.
Je conduis une Mercedes et je vais à Saint-Étienne.
"""
