"""Names of people in Germany, Austria and Switzerland."""

from __future__ import annotations

from probes.training.generate.words import words

GIVEN = words(
    "Anna Lena Laura Sarah Julia Lisa Katharina Johanna Sophie Marie Hannah Emma Mia Lea Leonie Charlotte Clara "
    "Ida Frieda "
    "Greta Mathilda Paula Luisa Antonia Theresa Franziska Magdalena Veronika Walburga Kreszentia Ursula Renate "
    "Helga Ingrid "
    "Gisela Monika Karin Brigitte Christa Elfriede Hildegard Gertrud Irmgard Waltraud Rosemarie Annegret Heike "
    "Sabine Petra "
    "Susanne Andrea Claudia Birgit Martina Silke Anja Tanja Nicole Stefanie Kerstin Manuela Jana Ines Katja "
    "Mandy Peggy "
    "Doreen Antje Wiebke Frauke Heinke Elke Imke Swantje Gesche Svenja Maren Käthe Grete Lieselotte Jördis "
    "Friederike "
    "Dorothea Adelheid Gudrun Sieglinde Kunigunde Ottilie Leni Resi Vroni Nele Merle Fenja Jule Romy Ronja Finja "
    "Carlotta "
    "Hans Peter Klaus Jürgen Dieter Wolfgang Helmut Manfred Günter Horst Werner Gerhard Heinz Karl Rolf Uwe "
    "Bernd Rainer "
    "Reinhard Siegfried Lothar Egon Erwin Detlef Hartmut Volker Jörg Thorsten Torsten Ralf Frank Stefan Thomas "
    "Michael "
    "Andreas Markus Matthias Christian Sebastian Tobias Florian Benjamin Alexander Maximilian Lukas Jonas Leon "
    "Finn Felix "
    "Paul Elias Noah Ben Luis Emil Anton Jakob Oskar Theo Moritz Konstantin Valentin Vinzenz Korbinian Alois "
    "Xaver Sepp "
    "Franz Josef Ludwig Friedrich Wilhelm Otto Hermann Gottfried Ekkehard Eberhard Dietmar Götz Sönke Hauke "
    "Fiete Malte "
    "Arne Björn Sven Kai Lars Nils Ole Enno Eike Hinnerk Ulrich Urs Reto Beat Ueli Köbi Regula Vreni Annelies "
    "Silvan Gian "
    "Hans-Peter Karl-Heinz Hans-Jürgen Anna-Lena Eva-Maria Ann-Kathrin Marie-Luise Heinz-Dieter Klaus-Dieter "
    "Karl-Friedrich"
)
FAMILY = (
    *words(
        "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein "
        "Wolf "
        "Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Schmitz Krause Meier "
        "Lehmann "
        "Schmid Schulze Maier Köhler Herrmann König Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz Möller Weiß "
        "Jung Hahn "
        "Schubert Vogel Friedrich Keller Günther Frank Berger Winkler Roth Beck Lorenz Baumann Franke Albrecht "
        "Schuster Simon "
        "Ludwig Böhm Winter Kraus Martin Schumacher Krämer Vogt Stein Jäger Otto Sommer Groß Seidel Heinrich Brandt Haas "
        "Schreiber Graf Schulte Dietrich Ziegler Kuhn Kühn Pohl Engel Horn Busch Bergmann Thomas Voigt Sauer Arnold "
        "Wolff "
        "Pfeiffer Ernst Lindner Hübner Kramer Beyer Peter Hansen Petersen Jansen Janßen Claußen Thomsen Carstens "
        "Brodersen "
        "Feddersen Ketelsen Harms Ahrens Behrens Lüders Meinecke Kruse Böttcher Wendt Bartels Kröger Stahl Rieger Reuter "
        "Bischoff Dreyer Ebert Engelhardt Erdmann Falk Fiedler Förster Frey Fritsch Gebhardt Geiger Gerlach Giese "
        "Göbel Götz "
        "Haase Hagen Hammer Heine Heller Hermes Herold Hess Heuer Hinz Hirsch Höfer Holz Jahn John Jost Kaufmann "
        "Kern Kessler "
        "Kirchner Klose Kluge Konrad Kopp Krug Kunz Lindemann Lutz Marx Mohr Moser Nagel Naumann Noack Nowak Opitz "
        "Ott Pape "
        "Pietsch Preuß Probst Rau Reichert Reimann Ritter Rudolph Runge Sander Schade Schilling Schlüter Schramm "
        "Schütz Seifert "
        "Siebert Singer Stark Steiner Strauß Stumpf Thiel Ullrich Unger Urban Vetter Wegner Weidner Wenzel Westphal "
        "Wiedemann "
        "Wild Wilke Wirth Witt Wulf Zander Zeller Zimmer Gruber Pichler Egger Hofer Haider Leitner Wallner Brunner "
        "Aigner "
        "Lechner Kofler Rainer Auer Oberhuber Niedermayer Hinterseer Obermoser Mitterer Unterberger Stadlbauer Zwinger "
        "Bünzli Zürcher Ammann Aebischer Rüegg Hürlimann Zwygart Odermatt Zgraggen Inderbitzin Nägeli Wyss Gerber Bürki "
        "Kabel Tischbein Morgenroth Rosenkranz Blumenthal Goldschmidt Sonnenschein Kleinschmidt Hasenbein Habenicht "
        "Fürchtegott Eulenstein Dünnebier Schimmelpfennig Vogelsang Pfannenschmidt Wachsmuth Zumwinkel Kaczmarek "
        "Lewandowski "
        "Mielke Jeschke Kubitschek Nitzsche Lohse Bülow Treskow Ribbek Müller-Lüdenscheid Schmidt-Rottluff Meyer-Landrut "
        "Weber-Klein Hofmann-Göttig"
    ),
    "von Stetten",
    "von der Heyde",
    "von Ahlefeld",
    "zu Hohenried",
    "von und zu Lindach",
    "vom Stein",
    "zur Mühlen",
    "van der Linden",
    "van Dyck",
    "de Boer",
    "Graf von Wartberg",
    "Freiherr von Eschen",
    "am Ende",
    "auf dem Hövel",
    "ten Hoff",
)
HISTORIC = words(
    "Johann Wolfgang von Goethe|Friedrich Schiller|Heinrich Heine|Annette von Droste-Hülshoff|Bettina von Arnim|"
    "Martin Luther|"
    "Immanuel Kant|Georg Wilhelm Friedrich Hegel|Alexander von Humboldt|Clara Schumann|Robert Schumann|"
    "Ludwig van Beethoven|"
    "Johann Sebastian Bach|Wolfgang Amadeus Mozart|Franz Schubert|Maria Theresia|Maria Sibylla Merian|"
    "Caroline Herschel|"
    "Carl Friedrich Gauß|Johannes Kepler|Albrecht Dürer|Hildegard von Bingen|Otto von Bismarck|Karl der Große|"
    "Friedrich "
    "Barbarossa|Theodor Fontane|Gottfried Keller|Rosa Luxemburg|Robert Koch|Emmy Noether",
    "|",
)
