"""Spanish templates without PII: look-alikes and plain text."""

# A template stays on one line.
from __future__ import annotations

PROSE = r"""
Su pedido {order_no} ha salido con el número de seguimiento {tracking}.
La factura {invoice} por {price} vence el {date}.
Actualice a la versión {version} antes del {date}; la {version} ya no tiene soporte.
La pieza {part} está agotada; le sugerimos la {part}.
La incidencia {ticket} se cerró el {date} a las {time}.
El commit {githash} rompió la compilación en {host}.
La reunión es el {date} a las {time} en {room}.
El vuelo {flight} a {city} sale a las {time}.
ISBN {isbn}, {n} páginas, publicado en {year}.
{company} facturó {price} en {month}.
{company} y {company} anunciaron un acuerdo el {date}.
Las acciones de {company} cayeron un {percent}.
{product} está rebajado a {price} hasta el {date}.
Hemos comparado {product} y {product} durante una semana.
{city} está a unos {dist} de {city}.
La {street_name} permanecerá cortada hasta el {date}.
Próxima parada: {street_name}.
En la {street_name} habrá un carril bici nuevo.
Mañana se esperan {temp} en {city} y algo de lluvia en el norte.
Conforme al {law}, el arrendador devolverá la fianza.
El {law} y el {law} regulan esta materia.
CIF: {vat}. Inscrita en el Registro Mercantil de {city}.
Expediente {case_no}, fecha de entrada {date}.
Matrícula {plate}, {big} km.
Analítica: {lab}, {lab}.
Tensión {bp}, pulso {n}, temperatura {temp}.
Diagnóstico {icd}; revisión en {n} semanas.
Tome {dose} por la mañana y {dose} por la noche.
El paciente recibió el alta el {date} en buen estado.
Mezcle la harina con {grams} de azúcar y hornee {n} minutos.
La fecha de nacimiento es un campo obligatorio.
¿Cómo se renueva el DNI?
¿Dónde encuentro mi número de la Seguridad Social?
No comparta nunca su PIN ni su contraseña.
La contraseña debe tener al menos {n} caracteres.
¿Cómo valido un IBAN en Excel?
Escribe un poema sobre el otoño junto al mar.
Explícame la diferencia entre una lista y una tupla.
Traduce «buenos días» al francés, por favor.
La clienta recibió {price} porque el paquete llegó roto.
El alcalde y la ministra visitaron {city} el {weekday}.
La rosa y el clavel florecen en mayo, y el romero perfuma la sierra.
Con esperanza y consuelo, la abuela esperó la luz del alba.
El pastor cruzó el prado, el río y la plaza antes de la misa.
Mi tía y mi abuelo llegan el {weekday}; el médico, más tarde.
jajaja eso fue hace {n} años
vale, a las {time}, llevo yo la tarta
voy en el tren a {city}, casi no hay cobertura
alguien tiene un cargador para {product}?
El partido acabó {n}-{n} y el equipo de {city} desciende.
El puente se construyó en {year} y mide {n} metros.
La localidad tiene {big} habitantes y se fundó en {year}.
La batalla de {city} duró {n} días.
El premio Nobel, el motor diésel y la escala Richter llevan nombres de científicos.
El alzhéimer y el párkinson no tienen cura.
El teorema de Pitágoras solo vale en triángulos rectángulos.
La Universidad Carlos III y el Instituto Cervantes abrirán un centro en {city}.
El aeropuerto Adolfo Suárez y la estación de Atocha están conectados.
{stamp} INFO servicio iniciado en {host}, PID {big}
{stamp} WARN respuesta en {ms}, límite {ms}
{"id": "{uuid}", "estado": "ok", "total": {big}}
articulo;cantidad;precio\n{part};{n};{price}\n{part};{n};{price}
MAC {mac}, VLAN {n}, puerto {port}
Consulte {url} para la documentación.
La página {url} no funciona desde el {date}.
Lote {lot}, consumir antes del {date}.
El contrato va del {date} al {date}.
Buenos días:\n\nNuestra oficina cierra el {date}.\n\nAtentamente,\nEl equipo de {company}
Cliente: ¿Dónde está mi pedido {order_no}?\nAgente: Salió de {city} el {date}.
Usuario: ¿Qué es {product}?\nAsistente: Un nombre conocido desde {year}.
Nombre: [desconocido|s/d|—]\nTeléfono: [no consta|-]\nCorreo: [no consta|s/d]
Pedido: {order_no}\nEntrega: {date}\nCantidad: {n}\nTotal: {price}
Número de serie {part}, garantía hasta el {date}.
Vía {n}, coche {n}, plaza {n}, salida a las {time}.
La inflación bajó al {percent} en {month}.
El curso empieza el {date} y acaba el {date}.
Zara y Mango abren tiendas en {city}.
Conduzco un Mercedes y paseo por San Sebastián.
"""
