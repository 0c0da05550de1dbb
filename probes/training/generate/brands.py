"""Companies, places and products, many of them named after people."""

from __future__ import annotations

from probes.training.generate.words import words

FOUNDERS = words(
    "Wells Fargo|Johnson & Johnson|Procter & Gamble|Harley-Davidson|Ben & Jerry's|Morgan Stanley|Goldman Sachs|"
    "Ernst & Young|Baker McKenzie|JPMorgan Chase|Charles Schwab|Marks & Spencer|John Lewis|Sainsbury's|Ralph Lauren|"
    "Louis Vuitton|Hugo Boss|Tommy Hilfiger|Calvin Klein|Abercrombie & Fitch|Dell|Ford|Disney|Warner Bros.|Mercedes-Benz|"
    "Porsche|Ferrari|Siemens|Bosch|Philips|Boeing|Lockheed Martin|Rolls-Royce|Tesla|Honda|Toyota|McDonald's|Wendy's|"
    "Papa John's|Trader Joe's|Macy's|Bloomberg|Adidas|Kellogg's|Mars|Cadbury|Levi's|Otis Elevator|Cooper Tire",
    "|",
)
COMPANY_WORDS = words(
    "Northwind Lumen Apex Blue-Harbor Kestrel Summit Vertex Cedar Ironclad Bright-Path Quanta Orion Nimbus Riverstone "
    "Pinnacle Maple Atlas Zenith"
)
COMPANY_NAMES = words(
    "Anderson Miller Schmidt Walker Bennett Harper Patel Rossi Fischer Hughes Carter Nguyen Barnes Foster Grant Wallace "
    "Sullivan Dawson"
)
COMPANY_KINDS = (
    "Inc.",
    "LLC",
    "Ltd",
    "GmbH",
    "Group",
    "Systems",
    "Logistics",
    "Foods",
    "Partners",
    "Holdings",
    "Labs",
    "Bank",
    "Insurance",
    "Airlines",
    "& Sons",
    "& Co.",
    "Motors",
)
PLACES = words(
    "Washington|St. Louis|Lincoln Park|San Francisco|Houston|Jackson, Mississippi|Madison|Austin|Charlotte|Victoria|Sydney|"
    "Florence|Jefferson City|Fort Wayne|San Jose|Santa Monica|King's Cross|Martin Luther King Jr. Boulevard|JFK airport|"
    "Heathrow|Charles de Gaulle airport|O'Hare|Lake Victoria|Mount Everest|Cook Islands|Mason County|Dallas|Paris, Texas|"
    "Georgia|Jordan|Chad|Israel|Carson City|Wellington|Columbus|Orlando|Raleigh|Tokyo|Berlin|Mumbai|Lagos|Nairobi|Toronto|"
    "Oxford|Kyoto|Osaka|Lima|Santiago|Adelaide|Alexandria|Stanford|Harvard Square|Lambeau Field|Denver|Chicago|Manchester|"
    "Lyon|Hanoi|Seoul|Barcelona|Montreal|Cape Town|Dubai|Singapore|Pittsburgh|Bristol|Leeds|Dublin",
    "|",
)
PRODUCTS = words(
    "Alexa|Siri|Claude|Cortana|Gemini|Jasper|Watson|Mercedes|jasmine rice|Earl Grey|Granny Smith apples|Dr Pepper|"
    "Jack Daniel's|Captain Morgan|Uncle Ben's|Tesla Model 3|Raspberry Pi|iPhone 15 Pro|ThinkPad X1|Galaxy S24|Kindle|"
    "MacBook Air|Roomba|Victoria sponge|Caesar salad|eggs Benedict|margarita pizza|Bloody Mary mix|Molotov|Jenkins|"
    "Prometheus|Ansible|Apache Cassandra|Julia|Ruby on Rails|Ada|Pascal|Haskell|Docker|Kubernetes|PostgreSQL|Darwin|"
    "Stanley cup|Philips screwdriver|Ferris wheel|Oscar|Nobel Prize|Bunsen burner|Geiger counter|Parkinson's disease|"
    "Hodgkin lymphoma|Fourier transform|Bayes' theorem|Newton's method|Kalman filter|Gaussian blur|Turing test",
    "|",
)
