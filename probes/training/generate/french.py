"""French templates with PII. One a line; `[a|b]` picks one; a digit tells people apart."""

# A template stays on one line.
# ruff: noqa: E501
from __future__ import annotations

PROSE = r"""
Merci [d’envoyer|d’expédier|de livrer] [le colis|les documents|la pièce] à {full}, {address}.
Bonjour {first}, [je reviens vers vous au sujet de|avez-vous des nouvelles de|une question sur] la commande {order_no}. [Merci !|Bonne journée.|À bientôt]
Salut {first}, on se voit toujours à {time} {weekday} ?
Je m’appelle {full} et j’habite au {address}.
Je soussigné {full}, né le {dob} à {city}, atteste sur l’honneur résider au {address}.
[M.|Mme|Monsieur|Madame|Me|Le docteur|Le Pr] {last} a téléphoné le {date} et demande à être rappelé au {phone}.
[M.|Mme] {last} [a déplacé le rendez-vous au|viendra le] {date}.
Vous pouvez me joindre au {phone} [en journée|après {time}|sur mon portable].
[Appelle|Préviens] {person} au {phone} si le livreur ne passe pas.
{full} [a rejoint {company} en {month}|dirige l’agence de {city} depuis {year}|est la nouvelle responsable des achats].
Patient : {last_first}, né(e) le {dob}, vu le {date} pour [douleur thoracique|toux persistante|vertiges].
Pte {full}, {dob}, IPP {big}, pas d’allergie connue. Dr {last2}
Patiente de {n} ans, Mme {last}, adressée par le Dr {last2} ; TA {bp}, {lab}.
{full} ({dob} – {date}) est [un écrivain français|une peintre belge|un physicien suisse|une romancière québécoise].
{full}, née le {dob} à {city}, est une [actrice|chanteuse|joueuse d’échecs|athlète] française.
Né à {city} le {dob}, {full} grandit chez ses grands-parents.
En {year}, {historic} [se rendit à {city}|publia son œuvre la plus connue|mourut loin des siens].
La vie de {historic} a inspiré un roman à {full}.
« [Nous sommes très satisfaits|Ce n’est qu’un début|Je ne m’y attendais pas] », a déclaré {full}, [directeur général de {company}|porte-parole de la mairie|entraîneuse].
Selon {full} et {initials2}, la méthode de {last3} et al. est plus rapide pour n = {n}.
La ministre {full} a rencontré {weekday} à {city} son homologue {full2}.
{last} a marqué deux fois, {full2} a été exclu à la {n}e minute.
Le film, réalisé par {full} avec {full2} et {full3}, sort le {date}.
Le maire de {city}, {full}, a inauguré le pont aux côtés de {full2}.
Le prévenu, {full}, né le {dob}, a été condamné à {n} mois de prison.
Dans l’affaire {case_no}, Me {full} représente {full2}.
Entre {company} et {full}, demeurant {address}, il a été convenu ce qui suit.
La locataire, {full} (née le {dob}), versera {price} par mois.
Le témoin {full}, domicilié {address}, a déposé le {date}.
Ma [nouvelle |]adresse est {address}.
Nous avons déménagé : {street}, sonnez chez {last}.
Rendez-vous [ce soir|demain] à {time} devant le {street}.
Pouvez-vous remplacer l’adresse {address} par {address2} ?
Facture à envoyer à {full}, {address}
ma [sœur|mère|cheffe|voisine] {lower_first} [arrive ce week-end|a oublié ses clés|est malade]
quelqu’un sait si {lower_first} est rentrée ? {lower_first2} attend en bas
slt c’est {lower_full}, ma commande {order_no} est jamais arrivée
{first} et {first2} se marient en {month} ! La fête aura lieu au {street}.
Joyeux anniversaire {first} ! Bises à {first2} aussi.
Mon fils {first} est né le {dob} et cherche une place dans le groupe {n}.
La date de naissance est le {dob} et non le {dob2}, merci de corriger [le dossier {ticket}|la facture {invoice}].
[Mon|Son] {id_pair}, [à garder confidentiel|copie jointe|délivré le {date}].
Il me manque une information pour la paie : {id_pair}. Merci !
Numéro de sécurité sociale de {full} : {nir}
Carte d’identité n° {cni}, valable jusqu’au {date}, titulaire {full}.
NIR {nir}, assurée depuis le {date} à la CPAM de {city}.
Registre national belge {belgian}, domiciliée à {city}.
AVS {ahv}, permis B, arrivée le {date}.
Merci de virer {price} sur le compte {iban} ({bank}, BIC {swift}), bénéficiaire {full}.
Mon IBAN est {iban}. [Le prélèvement peut partir le {date}.|La titulaire est {full}.]
Mon RIB : {rib}, au nom de {full}.
Le numéro de carte est {card}, expire {expiry}, titulaire {full}.
tu peux payer avec la {card}, exp {expiry}
On m’a débité {price} deux fois sur la carte {card} le {date}.
[Le mot de passe du wifi|Le nouveau mot de passe|Le code de l’imprimante] est {password}
Identifiant {user}, mot de passe {password}, [à changer ensuite|ne le partage pas].
Votre code de [vérification|sécurité|connexion] est {otp}. [Ne le communiquez à personne.|Il expire dans {n} minutes.]
Le code PIN de l’alarme est {pin}, [le même que l’an dernier|ne le note pas].
La clé d’API {api_key} traîne dans le dépôt, préviens {first}.
{n} tentatives bloquées depuis {ip} sur le compte {user}.
Le serveur {host} a maintenant l’IP {ip}, port {port}.
Suivez-moi sur Insta : @{user}
Merci à @{user} et à @{user2} pour [le coup de main|le live|la recette] !
Mon pseudo sur le forum est {user} depuis le {date}.
[Écrivez|Envoyez un mail] à {person} à l’adresse {email} [avant le {date}|objet {ticket}].
Contact presse : {office_email} ou {business_phone}.
écris-moi à {odd_email}
Contact : {full}, courriel {email}, portable {phone}.
Candidature de {full} : {n} ans chez {company}, diplôme {year}, tél. {phone}.
Table pour {n} au nom de {last}, {date}, {time}, téléphone {phone}.
Réservation {order_no} : {last_first}, vol {flight} au départ de {city} le {date}.
Bonjour, {full} de {company} à l’appareil, c’est pour le ticket {ticket}.
Rédige un e-mail à {full} <{email}> pour dire que {product} arrive le {date}.
Qui est {full} et qu’a fait {last} en {year} ?
Ajoute {full} à mes contacts : {phone}, {email}, anniversaire {dob}.
Connecte-toi à {url} avec {user} / {password} et télécharge {file}.
Résume : {full} ({email}) dit que la facture {invoice} a été prélevée deux fois sur {iban}.
Traduis en anglais : « Chère Madame {last}, votre colis {tracking} est au {street}. »
Présents : {full}, {full2}, {initials3}. Secrétaire : {initials}
La maîtresse, Mme {last}, et M. {last2} vous attendent le {date}.
Le Dr {full} a prescrit {dose} d’ibuprofène à {first2}.
Personne à prévenir : {full} ([mari|mère|sœur]), {phone}
{full}, veuve {last2}, est décédée le {date} à {city}.
La famille {last} cherche une nounou pour {first} ({n} ans) et {first2}.
Chat perdu à {city}. Appelez {first} au {phone}
Vends {product}, {price}, à retirer au {street}. Tél. {phone}
Hier, {full} a annoncé que {full2} prendrait la tête de {company} le {date}.
D’après {last} et {last2} ({year}), le résultat dépend de la température.
Fait à {city}, le {date}. Signé : {full}
"""

CHATS = r"""
{first}: t’es arrivé ?\n{first2}: pas encore, {n} min de retard\n{first}: ok, on se retrouve {street}\n{first2}: mon nouveau numéro : {phone2}
Conseiller : {company} bonjour, que puis-je faire pour vous ?\nClient : Bonjour, {full}.\nConseiller : Votre date de naissance ?\nClient : Le {dob}.\nConseiller : Merci, [M.|Mme] {last}.
Support : Votre numéro de commande ?\nCliente : {order_no}\nSupport : Et votre adresse e-mail ?\nCliente : {email}
[{time}] {user}: y a quelqu’un ?\n[{time}] {user2}: oui\n[{time}] {user}: le serveur c’est {ip}, mdp {password}
Utilisateur : Je suis {first} et ma carte {card} est refusée.\nAssistant : Désolé, {first}. Ne donnez jamais le numéro complet.
Q : Votre nom ?\nR : {full}.\nQ : Où habitez-vous ?\nR : {address}.
Moi : c’est quoi le wifi ?\n{first} : {password}\nMoi : merci
Bot : Saisissez le code envoyé au {phone}.\nUtilisateur : {otp}\nBot : Vérifié.
Opératrice : Urgences, à quelle adresse ?\nAppelant : {street}, vite !\nOpératrice : Votre nom ?\nAppelant : {full}
{full} : Quel est le budget ?\n{full2} : {price}.\n{full} : Depuis quand ?\n{full2} : Depuis le {date}.
User : Que manque-t-il au formulaire ?\nAgent : Le numéro de sécu.\nUser : {nir}\nAgent : Et l’IBAN ?\nUser : {iban}
JOURNALISTE : Madame {last}, pourquoi {city} ?\n{last} : C’était abordable en {year}.
"""

MAILS = r"""
De : {full} <{email}>\nÀ : {full2} <{email2}>\nDate : {date} {time}\nObjet : [Facture {invoice}|RE: {ticket}|Réunion en {room}]\n\nBonjour {first2},\n\n[Ci-joint le fichier {file}.|Les chiffres de {month} sont bons.|Peut-on décaler au {date} ?]\n\n[Cordialement|Bien à vous|Bonne journée|Amitiés],\n{first}
[Monsieur|Madame] {last},\n\n[Nous accusons réception de votre courrier du {date}.|Votre dossier {ticket} est incomplet.|Nous avons le plaisir de vous proposer le poste.]\n\nVeuillez agréer nos salutations distinguées.\n{full2}\n{company}\nTél. {business_phone}
Madame, Monsieur,\n\nMa commande {order_no} n’est pas arrivée. Je suis joignable au {phone}.\n\nCordialement,\n{full}\n{address_lines}
{full}\n{address_lines}\n\n{city}, le {date}\n\nObjet : résiliation\n\nMadame {last2},\n\nJe souhaite résilier mon contrat. Merci de rembourser le solde sur {iban}.\n\n{full}
Bonjour à tous,\n\n{first} est en congé jusqu’au {date}. En cas d’urgence, {first2} au {phone2}.\n\n--\n{full3} | {company} | {phone3} | {email3}
{full}\n[Directrice commerciale|Avocat à la Cour|Responsable achats|Expert-comptable]\n{company}\n{address_lines}\nT. {business_phone}\nP. {phone}\n{email}
Le {date}, {full} <{email}> a écrit :\n> [tu peux m’envoyer {file} ?|à {time} !]\n\nC’est fait. {first2}
Bonjour {first},\n\nvotre mot de passe a été réinitialisé : {password}. Connexion sur {url} avec {user}.\n\nL’équipe {company}
CURRICULUM VITAE\n\n{full}\n{address_lines}\nTél. : {phone}\nCourriel : {email}\nNé(e) le {dob}\n\nEXPÉRIENCE\n{year} : [Infirmière|Soudeur|Comptable] chez {company}
TRIBUNAL JUDICIAIRE DE {city}\nRG {case_no}\nDemandeur : {full}, demeurant {address}\nDéfenderesse : {full2}\n\nAudience du {date} à {time}.
COMPTE RENDU\nNom : {last}\nPrénom : {first}\nNé(e) le : {dob}\nAdresse : {address}\nDiagnostic : {icd}\nMédecin : Dr {full2}
Compte rendu du {date}\nPrésents : {full}, {full2}, {full3}\nLieu : {room}\n1. {last} présente {product}.\n2. {last2} vérifie la facture {invoice}.
"""

LOGS = r"""
{stamp} INFO connexion réussie utilisateur={user} ip={ip}
{stamp} WARN échec de connexion utilisateur={user} depuis {ip} essai={n}
{stamp} ERROR paiement refusé commande={order_no} carte={card} montant={price}
{"nom": "{full}", "date_naissance": "{dob}", "telephone": "{phone}", "commande": "{order_no}"}
{"prenom": "{first}", "nom": "{last}", "courriel": "{email}", "cree": "{stamp}"}
{"destinataire": "{full}", "adresse": "{address}", "colis": "{tracking}"}
id,nom,courriel,ville\n{n},{full},{email},{city}\n{n},{full2},{email2},{city}\n{n},{full3},{email3},{city}
nom;iban;montant\n{full};{iban};{price}\n{full2};{iban2};{price}
nom;prenom;nir;telephone\n{last};{first};{nir};{phone}\n{last2};{first2};{nir2};{phone2}
| Nom | Téléphone | Salle |\n|---|---|---|\n| {full} | {phone} | {n} |\n| {full2} | {phone2} | {n} |
DB_HOST={ip}\nDB_USER={user}\nDB_MDP={password}
export API_TOKEN={api_key}  # production seulement
ssh {user}@{ip} ne répond pas (version {version})
INSERT INTO clients (nom, courriel) VALUES ('{full}', '{email}');
Dossier {ticket} | Suivi par : {full} | Reçu le {date} | Statut : ouvert
PRLV {date} {company} {iban} {price}
{last_first}\t{dob}\t{nir}\t{price}
<client id="{n}"><nom>{full}</nom><tel>{phone}</tel></client>
{key_block}
curl -H "Authorization: Bearer {jwt}" {url}
Appel {stamp} de {phone} vers {business_phone}, durée {n} s, agent {full}
"""
