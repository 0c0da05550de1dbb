"""Companies, places, products, works, teams, tools and terms, many of them named after people."""

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
TERMS = words(
    "Parkinson's disease|Alzheimer's|Down syndrome|Crohn's disease|Lyme disease|Tourette's|Huntington's "
    "disease|Addison's disease|Hashimoto's thyroiditis|Bell's palsy|Asperger's|Marfan syndrome|Lou Gehrig's "
    "disease|Raynaud's|Kawasaki disease|the Heimlich maneuver|Achilles tendon|a Pap smear|the Apgar score|Glasgow "
    "Coma Scale|Bayes' theorem|the Pythagorean theorem|Gödel's incompleteness theorem|Fermat's last theorem|Euler's "
    "formula|the Riemann hypothesis|a Turing machine|the Turing test|von Neumann architecture|Moore's law|Murphy's "
    "law|Ohm's law|Newton's second law|Hooke's law|Boyle's law|Occam's razor|Dijkstra's algorithm|the Bellman-Ford "
    "algorithm|the Gauss-Seidel method|a Markov chain|a Poisson process|Shannon entropy|Hamming distance|Levenshtein "
    "distance|Huffman coding|Bloom filter|the Fibonacci sequence|Pascal's triangle|a Venn diagram|Gini "
    "coefficient|Student's t-test|the Wilcoxon test|Cronbach's alpha|Pearson correlation|Cohen's kappa|Laplace "
    "smoothing|Fourier series|Taylor expansion|Hilbert space|Banach space|Lagrange multipliers|a Hessian "
    "matrix|Jacobian|Gaussian process|the Doppler effect|Planck's constant|Avogadro's number|Schrödinger's cat|Hubble "
    "telescope|Halley's comet|Darwinian evolution|Mendelian genetics|Pavlov's dogs|the Stanford prison "
    "experiment|Maslow's hierarchy|Stockholm syndrome|the Dunning-Kruger effect|the Peter principle|Pareto "
    "principle|Keynesian economics|Marxism|Reaganomics|Thatcherism|Machiavellian|Orwellian|Kafkaesque|the Marshall "
    "Plan|the Monroe Doctrine|the Miranda warning|Megan's Law|the Sherman Act|the Sarbanes-Oxley Act|the Dodd-Frank "
    "Act|Roe v. Wade|Ponzi scheme|a Mason jar|a Bunsen burner|a Petri dish|a Faraday cage|a Tesla coil|Geiger "
    "counter|diesel engine|the Richter scale|Fahrenheit|Celsius|Morse code|Braille|a Molotov cocktail|a Colt "
    "revolver|Kalashnikov rifle|a Rubik's cube|Kevin Bacon number|Russell's paradox|Hobson's choice|Pandora's box|an "
    "Oedipus complex|Adam's apple|Judas tree|a Jack Russell|a Saint Bernard|King Charles spaniel|Thomson's "
    "gazelle|Darwin's finches|Père David's deer|Steller's sea eagle|Granny Smith|Bartlett pears|Earl Grey|eggs "
    "Benedict|beef Wellington|chicken Kiev|peach Melba|Caesar salad|a Tom Collins|a Shirley Temple|a Rob Roy|Bellini",
    "|",
)
NAMED_PLACES = words(
    "St. Mary's Hospital|the Johns Hopkins University|Mount Sinai|Stanford|Cornell|Duke University|Brown "
    "University|King's College|St. John's Church|the Guggenheim|the Getty Center|the Tate Modern|the "
    "Smithsonian|Carnegie Hall|Madison Square Garden|Wembley|Wrigley Field|the Lincoln "
    "Center|JFK|LaGuardia|Dulles|Logan Airport|O'Hare|Charles de Gaulle|Kennedy Space Center|Hoover Dam|Mount "
    "Rushmore|Mount McKinley|Lake Louise|Victoria Falls|Hudson River|the Bering Strait|Cape Horn|Franklin Street "
    "station|Martin Place|James Street|Harley Street|Baker Street|Washington Square|Jefferson Avenue|Grant "
    "Park|Balboa Park|Penn Station|Paddington|Elizabeth line|Victoria line|the Nelson Mandela Bridge|the George "
    "Washington Bridge|Lake Elsinore|Fort "
    "Collins|Jacksonville|Bakersfield|Harrisburg|Williamsburg|Charleston|Elizabethtown|San Antonio|Santa Barbara|São "
    "Paulo|Saint Petersburg|St. Andrews|St. Albans|Port Elizabeth|Alice Springs|Lincoln|Carlisle|Chester|Lancaster|Ke "
    "nt|Devon|Chelsea|Florence|Sienna|Paris|Milan|Sofia|Adelaide|Brooklyn|Savannah|Dakota|Carolina|Virginia|Montana",
    "|",
)
WORKS = words(
    "Jane Eyre|Anna Karenina|David Copperfield|Emma|Hamlet|Macbeth|King Lear|Romeo and Juliet|Robinson "
    "Crusoe|Huckleberry Finn|The Great Gatsby|Mrs Dalloway|Madame Bovary|Dr. Jekyll and Mr. Hyde|Harry Potter and the "
    "Goblet of Fire|Forrest Gump|Jerry Maguire|Erin Brockovich|Thelma & Louise|John Wick 4|Mary Poppins|Bridget "
    "Jones's Diary|Being John Malkovich|Will & Grace|Everybody Loves Raymond|The Simpsons|Frasier|Dexter|House "
    "M.D.|Grey's Anatomy|Dawson's Creek|Eleanor Rigby|Billie Jean|Hey Jude|Jolene|Roxanne|Layla|Peggy Sue|Carmen|Don "
    "Giovanni|Evita|Matilda|Oliver!|Billy Elliot|Sweeney Todd|Moby-Dick|Rebecca|Carrie|Lolita|Ulysses|Oedipus Rex|The "
    "Diary of a Nobody|Lara Croft|Super Mario Bros.|Max Payne 3|Alan Wake 2|Sid Meier's Civilization VI|Tom Clancy's "
    "Rainbow Six",
    "|",
)
TEAMS = words(
    "the Bills|the Patriots|Manchester City|Aston Villa|St. Johnstone|the Houston Rockets|Racing "
    "Louisville|Washington Spirit|the Kansas City Chiefs|San Antonio Spurs|Celtic|Rangers|Ajax|Juventus|Santos|Vasco "
    "da Gama|Newell's Old Boys|Jackson State|St. Mary's|Duke|Georgetown|Austin FC|Charlotte FC|Orlando City|the "
    "Cleveland Browns|the Buffalo Sabres|Notre Dame|Benedict College|Perth Scorchers|Sydney Sixers|Leicester "
    "Tigers|Harlequins|Mercedes|Ferrari|Williams|McLaren|Alfa Romeo|Haas",
    "|",
)
TOOLS = words(
    "Jenkins|Travis|Maven|Gradle|Ansible|Terraform|Puppet|Chef|Vagrant|Consul|Nomad|Hudson|Bamboo|Gerrit|Jira|Trello| "
    "Grafana|Prometheus|Kibana|Celery|Flask|Django|Jinja|Babel|Jest|Jasmine|Mocha|Karma|Cypress|Selenium|Watir|Cucumb "
    "er|Ruby|Julia|Ada|Pascal|Haskell|Erlang|Elixir|Kotlin|Scala|Lucene|Solr|Cassandra|Hadoop|Spark|Hive|Pig|Oozie|Ra "
    "y|Dask|Airflow|Luigi|Athena|Apollo|Hermes|Thanos|Loki|Alexa|Siri|Cortana|Bixby|Claude|Gemini|Bard|Watson|Einstei "
    "n GPT|Oscar|Celeste|Emmy|Tony|Edgar|Otto|Felix|Max|Clara|Nina|Ava|Sage|Iris|Opal|Jade|Ginger|Basil|Rosemary|Oliv "
    "e|Daisy|Violet|Amber|Ruby gems|Pearl",
    "|",
)
CLASS_HEADS = words(
    "Johnson Mason Parker Morgan Taylor Harris Jordan Hunter Bishop Walker Carter Bailey Martin Wagner Newton Gauss "
    "Kalman Lambert Jacobi Cholesky Hessian Euler Lagrange Bernoulli Dirichlet Laplace Markov Poisson Bayes Hilbert "
    "Fourier Gibbs Turner Baker Mercer Abbott Graham Franklin Robinson Singleton"
)
CLASS_TAILS = words(
    "Matrix Solver Parser Factory Manager Handler Service Adapter Client Index Filter Kernel Sampler Node Graph Tree "
    "Builder Loader Test Config Controller Repository Mapper Worker Queue Exception Proxy Transform Model Layer"
)
PACKAGES = words(
    "numpy requests left-pad react-dom @angular/core lodash express tokio serde pytest-xdist urllib3 openssl libssl-dev "
    "jackson-databind spring-boot-starter com.fasterxml.jackson.core org.apache.commons.lang3 golang.org/x/net "
    "github.com/gorilla/mux black isort mypy ruff webpack vite eslint-plugin-import bundler nokogiri "
    "martin-config bob-the-builder"
)
