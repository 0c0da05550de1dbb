"""Spanish templates with PII. One a line; `[a|b]` picks one; a digit tells people apart."""

# A template stays on one line.
# ruff: noqa: E501
from __future__ import annotations

PROSE = r"""
Por favor, [envíen|manden|remitan] [el paquete|los documentos|el recambio] a {full}, {address}.
Hola {first}, [¿sabes algo del|te escribo por el|¿alguna novedad sobre el] pedido {order_no}? [¡Gracias!|Un saludo.|Ya me dices.]
Oye {first}, ¿quedamos a las {time} el {weekday}?
Me llamo {full} y vivo en {address}.
Soy {full}, nací el {dob} en {city}.
[El señor|La señora|Don|Doña|El Dr.|La Dra.] {last} llamó el {date} y pide que le devuelvan la llamada al {phone}.
[El Sr.|La Sra.] {surname} [ha cambiado la cita al|vendrá el] {date}.
Puede localizarme en el {phone} [por las tardes|a partir de las {time}|o por correo].
[Llama|Avisa] a {person} al {phone} si no aparece el mensajero.
{full} [se incorporó a {company} en {month}|dirige la oficina de {city} desde {year}|es la nueva responsable de compras].
Paciente {last_first}, fecha de nacimiento {dob}, acude el {date} por [dolor torácico|tos persistente|cefalea].
Pte. {full}, {dob}, NHC {big}, sin alergias conocidas. Firmado: Dra. {surname2}
Varón de {n} años, {full}, remitido por el Dr. {surname2}; TA {bp}, {lab}.
{full} ({city}, {dob} – {city}, {date}) fue [un escritor español|una pintora mexicana|un médico argentino|una política chilena].
{full} (nacida el {dob}) es [una actriz colombiana|una cantante española|una ajedrecista peruana].
{full} nació en {city} el {dob} y creció con sus abuelos.
En {year}, {historic} [viajó a {city}|publicó su obra más conocida|murió lejos de su tierra].
La vida de {historic} inspiró la novela de {full}.
«[Estamos muy satisfechos|Esto es solo el principio|No me lo esperaba]», declaró {full}, [director general de {company}|portavoz del ayuntamiento|entrenadora del equipo].
Según {full} y {initials2}, el método de {surname3} et al. es más rápido para n = {n}.
La ministra {full} se reunió el {weekday} en {city} con su homólogo {full2}.
{surname} marcó dos goles y {full2} fue expulsado en el minuto {n}.
La película, dirigida por {full} y protagonizada por {full2} y {full3}, se estrena el {date}.
El alcalde de {city}, {full}, inauguró el puente junto a la concejala {full2}.
El acusado, {full}, natural de {city}, fue condenado a {n} meses de prisión.
En el procedimiento {case_no}, la procuradora D.ª {full} actúa en nombre de D. {full2}.
COMPARECE: D. {full}, mayor de edad, con domicilio en {address} y {id_pair}.
Contrato de arrendamiento entre {company} y {full}, con domicilio en {address}.
La arrendataria, {full} (nacida el {dob}), abonará {price} cada mes.
El testigo {full}, vecino de {city}, declaró el {date}.
Mi [nueva |]dirección es {address}.
Nos hemos mudado a {street}; llamad al timbre de {surname}.
Nos vemos [hoy|mañana] a las {time} en {street}.
¿Podrían cambiar mi dirección de {address} a {address2}?
Envíen la factura a {full}, {address}
mi [hermana|madre|jefa|vecina] {lower_first} [viene el finde|se ha dejado las llaves|está mala]
alguien sabe si {lower_first} ha llegado? {lower_first2} está abajo esperando
hola soy {lower_full} y mi pedido {order_no} no ha llegado nunca
¡{first} y {first2} se casan en {month}! La fiesta será en {street}.
¡Feliz cumpleaños, {first}! Un beso también para {first2}.
Mi hijo {first} nació el {dob} y necesita plaza en el grupo {n}.
La fecha de nacimiento correcta es {dob}, no {dob2}; corríjanlo en [el expediente {ticket}|la factura {invoice}].
[Mi|Su] {id_pair}, [no lo comparta con nadie|adjunto copia|expedido el {date}].
Para el contrato me falta un dato: {id_pair}. Gracias.
DNI de {full}: {dni}
Mi NIE es {nie} y caduca el {date}.
El DNI {dni} figura a nombre de {full}, con domicilio en {city}.
Número de afiliación a la Seguridad Social {ssn_es}, alta el {date}.
CURP {curp}, nombre {full}, estado civil soltera.
Identificado con cédula {cedula} de {city}, el señor {full} solicita el reembolso de {price}.
Haga la transferencia de {price} a la cuenta {iban} ({bank}, BIC {swift}), beneficiario {full}.
Mi IBAN es {iban}. [El recibo puede cargarse el {date}.|La titular es {full}.]
Mi cuenta en {bank} es {account}, a nombre de {full}.
El número de tarjeta es {card}, caduca {expiry}, titular {full}.
cárgalo en la {card}, caducidad {expiry}
Me cobraron {price} dos veces en la tarjeta {card} el {date}.
La [contraseña del wifi|clave de la impresora|nueva contraseña] es {password}
Usuario {user}, contraseña {password}, [cámbiala luego|no la compartas].
Tu código de [verificación|seguridad|acceso] es {otp}. [No lo compartas con nadie.|Caduca en {n} minutos.]
El PIN de la alarma es {pin}, [el mismo que el año pasado|apréndetelo].
La clave de API {api_key} está en el repositorio, avisa a {first}.
Se han bloqueado {n} intentos desde {ip} contra la cuenta {user}.
El servidor {host} tiene ahora la IP {ip} y el puerto {port}.
Sígueme en Instagram: @{user}
¡Gracias a @{user} y a @{user2} por [la ayuda|el directo|la receta]!
Mi usuario en el foro es {user} desde {date}.
[Escriba|Mande un correo] a {person} a {email} [antes del {date}|con el asunto {ticket}].
Para la prensa: {office_email} o {business_phone}.
mándamelo a {odd_email}
Contacto: {full}, correo {email}, móvil {phone}.
Candidata: {full}, {n} años en {company}, titulada en {year}, tel. {phone}.
Mesa para {n} a nombre de {surname}, {date}, {time}, teléfono {phone}.
Reserva {order_no}: {last_first}, vuelo {flight} desde {city} el {date}.
Le habla {full}, de {company}, por la incidencia {ticket}.
Redacta un correo a {full} <{email}> diciendo que {product} llega el {date}.
¿Quién es {full} y qué hizo {surname} en {year}?
Añade a {full} a mis contactos: {phone}, {email}, cumpleaños {dob}.
Entra en {url} con {user} / {password} y descarga {file}.
Resume: {full} ({email}) dice que la factura {invoice} se cobró dos veces de {iban}.
Traduce al inglés: «Estimada Sra. {surname}: su paquete {tracking} está en {street}».
Asistentes: {full}, {full2}, {initials3}. Acta: {initials}
La tutora, {full}, y el profesor {surname2} convocan reunión el {date}.
La Dra. {full} recetó {dose} de ibuprofeno a {first2}.
Contacto de emergencia: {full} ([marido|madre|hermana]), {phone}
Falleció D.ª {full}, viuda de D. {full2}, el {date} en {city}.
La familia {surname} busca canguro para {first} ({n} años) y {first2}.
Perro perdido en {city}. Si lo ves, llama a {first}: {phone}
Vendo {product} por {price}, recogida en {street}. Tel. {phone}
Ayer, {full} anunció que {full2} será quien presida {company} desde el {date}.
De acuerdo con {surname} y {surname2} ({year}), el resultado depende de la temperatura.
En {city}, a {date}. Fdo.: {full}
"""

CHATS = r"""
{first}: has llegado?\n{first2}: aún no, el tren va con {n} min de retraso\n{first}: vale, quedamos en {street}\n{first2}: mi número nuevo: {phone2}
Agente: Gracias por llamar a {company}, ¿en qué puedo ayudarle?\nCliente: Buenos días, soy {full}.\nAgente: ¿Su fecha de nacimiento?\nCliente: {dob}.\nAgente: Gracias, [Sr.|Sra.] {surname}.
Soporte: ¿Me indica el número de pedido?\nClienta: {order_no}\nSoporte: ¿Y su correo electrónico?\nClienta: {email}
[{time}] {user}: hay alguien?\n[{time}] {user2}: sí\n[{time}] {user}: el servidor es {ip}, clave {password}
Usuario: Soy {first} y rechazan mi tarjeta {card}.\nAsistente: Lo siento, {first}. No comparta nunca el número completo.
P: Diga su nombre.\nR: {full}.\nP: ¿Dónde vive?\nR: {address}.
Yo: cuál era la clave del wifi?\n{first}: {password}\nYo: gracias!
Bot: Introduzca el código enviado al {phone}.\nUsuario: {otp}\nBot: Verificado.
Operadora: Emergencias, ¿cuál es la dirección?\nLlamante: {street}, dense prisa\nOperadora: ¿Su nombre?\nLlamante: {full}
{full}: ¿Cuál es el presupuesto?\n{full2}: {price}.\n{full}: ¿Desde cuándo?\n{full2}: Desde el {date}.
User: ¿Qué te falta para el formulario?\nAgent: El DNI.\nUser: {dni}\nAgent: ¿Y la cuenta?\nUser: {iban}
PERIODISTA: Señora {surname}, ¿por qué {city}?\n{surname}: Porque en {year} era barata.
"""

MAILS = r"""
De: {full} <{email}>\nPara: {full2} <{email2}>\nFecha: {date} {time}\nAsunto: [Factura {invoice}|RE: {ticket}|Reunión en {room}]\n\nHola, {first2}:\n\n[Te adjunto {file}.|Las cifras de {month} son buenas.|¿Podemos pasarlo al {date}?]\n\n[Un saludo|Saludos|Un abrazo|Gracias],\n{first}
Estimad[o Sr.|a Sra.] {surname}:\n\n[Gracias por su carta del {date}.|Su solicitud {ticket} está incompleta.|Nos complace ofrecerle el puesto.]\n\nAtentamente,\n{full2}\n{company}\nTel. {business_phone}
Buenos días:\n\nMi pedido {order_no} no ha llegado. Pueden llamarme al {phone}.\n\nAtentamente,\n{full}\n{address_lines}
{full}\n{address_lines}\n\n{city}, {date}\n\nMuy señores míos:\n\nSolicito la baja del servicio. El saldo pueden abonarlo en {iban}.\n\n{full}
Hola a todos:\n\n{first} está de vacaciones hasta el {date}. Para urgencias, {first2} en el {phone2}.\n\n--\n{full3} | {company} | {phone3} | {email3}
{full}\n[Directora comercial|Abogado|Jefe de compras|Asesora fiscal]\n{company}\n{address_lines}\nT. {business_phone}\nM. {phone}\n{email}
El {date}, {full} <{email}> escribió:\n> [¿me mandas {file}?|¡hasta las {time}!]\n\nHecho. {first2}
Hola, {first}:\n\nTu contraseña se ha restablecido a {password}. Accede en {url} como {user}.\n\nEl equipo de {company}
CURRÍCULUM VÍTAE\n\n{full}\n{address_lines}\nTeléfono: {phone}\nCorreo: {email}\nFecha de nacimiento: {dob}\n\nEXPERIENCIA\n{year}: [Enfermera|Soldador|Contable] en {company}
JUZGADO DE PRIMERA INSTANCIA N.º {n} DE {city}\nProcedimiento: {case_no}\nDemandante: D. {full}\nDemandada: D.ª {full2}, {address2}\n\nSe señala vista para el {date} a las {time}.
INFORME DE ALTA\nNombre: {first}\nApellidos: {last}\nF. nacimiento: {dob}\nDomicilio: {address}\nDiagnóstico: {icd}\nMédico: Dr. {full2}
Acta del {date}\nAsistentes: {full}, {full2}, {full3}\nLugar: {room}\n1. {surname} presenta {product}.\n2. {surname2} revisa la factura {invoice}.
"""

LOGS = r"""
{stamp} INFO inicio de sesión correcto usuario={user} ip={ip}
{stamp} WARN acceso denegado usuario={user} desde {ip} intento={n}
{stamp} ERROR pago rechazado pedido={order_no} tarjeta={card} importe={price}
{"nombre": "{full}", "fecha_nacimiento": "{dob}", "telefono": "{phone}", "pedido": "{order_no}"}
{"nombre": "{first}", "apellidos": "{last}", "correo": "{email}", "creado": "{stamp}"}
{"destinatario": "{full}", "direccion": "{address}", "envio": "{tracking}"}
id,nombre,correo,ciudad\n{n},{full},{email},{city}\n{n},{full2},{email2},{city}\n{n},{full3},{email3},{city}
nombre;iban;importe\n{full};{iban};{price}\n{full2};{iban2};{price}
apellidos;nombre;dni;telefono\n{last};{first};{dni};{phone}\n{last2};{first2};{dni2};{phone2}
| Nombre | Teléfono | Sala |\n|---|---|---|\n| {full} | {phone} | {n} |\n| {full2} | {phone2} | {n} |
DB_HOST={ip}\nDB_USER={user}\nDB_CLAVE={password}
export API_TOKEN={api_key}  # solo producción
ssh {user}@{ip} no responde (versión {version})
INSERT INTO clientes (nombre, correo) VALUES ('{full}', '{email}');
Incidencia {ticket} | Asignada a: {full} | Alta {date} | Estado: abierta
ADEUDO {date} {company} {iban} {price}
{last_first}\t{dob}\t{dni}\t{price}
<cliente id="{n}"><nombre>{full}</nombre><tel>{phone}</tel></cliente>
{key_block}
curl -H "Authorization: Bearer {jwt}" {url}
Llamada {stamp} de {phone} a {business_phone}, duración {n} s, agente {full}
"""
