"""Names that people in Germany, Spain and France have beside the local ones: (given, family) of each culture."""

from __future__ import annotations

from probes.training.generate import names
from probes.training.generate.words import words

TURKISH = (
    words(
        "Mehmet Mustafa Ahmet Emre Murat Can Cem Deniz Burak Hakan Yusuf Ömer Serkan Kemal Tolga Onur Ayşe Fatma "
        "Elif Zeynep Emine Hatice Merve Büşra Selin Esra Gül Gülsüm Sibel Özlem Derya Ebru Nuray Şükran Çağla "
        "İlkay Tuğba Mert Kerem Barış Eren Umut Yağmur Defne Nisa Hüseyin İbrahim Cemre"
    ),
    words(
        "Yılmaz Kaya Demir Şahin Çelik Yıldız Yıldırım Öztürk Aydın Özdemir Arslan Doğan Kılıç Aslan Çetin Kara "
        "Koç Kurt Özkan Şimşek Polat Korkmaz Çakır Erdoğan Güneş Aksoy Bulut Keskin Turan Ünal Toprak Avcı Tekin "
        "Bozkurt Karaca Uçar Yavuz Güler Karataş Altun Sarı Özcan Yüksel Duman Kaplan Taş Ateş Işık Gündoğan "
        "Kahraman"
    ),
)
POLISH = (
    words(
        "Piotr Paweł Tomasz Marcin Michał Jakub Grzegorz Andrzej Jan Kacper Mateusz Szymon Anna Maria Magdalena "
        "Joanna Barbara Ewa Monika Aleksandra Zofia Zuzanna Julia Dorota Beata Halina Iwona Renata Danuta "
        "Jadwiga Wiesława Sławomir Radosław Bartosz Kamil Przemysław Jarosław Mirosław Grażyna Bożena"
    ),
    words(
        "Nowak Kowalski Kowalska Wiśniewski Wójcik Kowalczyk Kamińska Lewandowski Zielińska Szymański Woźniak "
        "Dąbrowski Kozłowska Jankowski Mazur Kwiatkowska Krawczyk Piotrowska Grabowski Pawłowska Michalski Zając "
        "Król Wieczorek Jabłońska Wróbel Majewski Olszewska Stępień Malinowski Jaworska Adamczyk Dudek Nowicka "
        "Pawlak Górski Witkowska Sikora Walczak Baran"
    ),
)
MAGHREBI = (
    words(
        "Mohamed Karim Rachid Samir Mehdi Yassine Nabil Hichem Farid Abdel Abdelkader Sofiane Walid Reda Bilel "
        "Hamza Ilyes Amine Ayoub Younes Brahim Lahcen Hassan Driss Fatima Khadija Nadia Samira Leïla Yasmina "
        "Malika Soraya Naïma Rachida Houria Zohra Djamila Sabrina Inès Assia Hanane Ikram Siham Loubna Meriem "
        "Nour Chaïma Latifa Aïcha Kenza"
    ),
    (
        *words(
            "Benali Bouazizi Haddad Belkacem Benmoussa Bensaïd Boumediene Cherif Djebbar Hamdi Khelifi Mansouri "
            "Meziane Saadi Slimani Toumi Ziani Amrani Alaoui Bennani Berrada Chraïbi Fassi Idrissi Lahlou Mernissi "
            "Ouazzani Rachidi Tazi Trabelsi Gharbi Jaziri Mejri Hammami Bouzid Ferhat Aït-Ahmed Boukhari Kaddour "
            "Zerrouki Benkirane Rahmouni Guerroudj Ouali Brahimi Larbi Madani Nasri Tahiri Belhaj"
        ),
        "Ben Ammar",
        "Ben Salah",
        "El Amrani",
        "El Khattabi",
        "Ait Said",
        "Ould Abbes",
    ),
)
BALKAN = (
    words(
        "Goran Dejan Nenad Zoran Aleksandar Stefan Milan Luka Ivan Marko Ante Tomislav Ivana Marija Ana Jelena "
        "Dragana Snežana Jasmina Amra Emina Senad Adnan Mirza Haris Arben Besim Drita Ilir Valon Arta Flutura "
        "Elena Ioana Mihai Andrei Radu Cristina Bogdan Vasile Georgi Dimitar Desislava Petya Nikolaos Giorgos "
        "Eleni Katerina Sofia László Zoltán Katalin"
    ),
    words(
        "Jovanović Petrović Nikolić Marković Đorđević Stojanović Horvat Kovačević Babić Marić Jurić Novak "
        "Knežević Hodžić Hadžić Delić Mujić Begović Krasniqi Gashi Berisha Shala Hoxha Popescu Ionescu Popa Radu "
        "Dumitru Stan Constantinescu Munteanu Ivanov Georgieva Dimitrov Todorova Papadopoulos Georgiou "
        "Nikolaidis Papadakis Nagy Szabó Tóth Horváth Kiss"
    ),
)
ITALIAN = (
    words(
        "Giuseppe Marco Luca Andrea Francesco Antonio Roberto Salvatore Domenico Enzo Pasquale Carmine Giulia "
        "Chiara Francesca Elena Paola Silvia Valeria Rosaria Concetta Carmela Lucia Martina Alessia Federica "
        "Davide Simone Vito Gaetano"
    ),
    (
        *words(
            "Rossi Russo Ferrari Esposito Bianchi Romano Ricci Marino Greco Bruno Gallo Conti Costa Giordano Mancini "
            "Rizzo Lombardi Moretti Barbieri Fontana Santoro Mariani Rinaldi Caruso Ferrara Galli Martini Leone "
            "Longo Gentile Vitale Coppola Caputo Palumbo Sorrentino"
        ),
        "De Luca",
        "Di Stefano",
        "Lo Presti",
        "D’Amico",
        "La Rosa",
    ),
)
PORTUGUESE = (
    words(
        "João António Manuel Rui Paulo Tiago Nuno Vasco Duarte Gonçalo Henrique Filipe Maria Ana Teresa "
        "Conceição Fernanda Catarina Inês Mafalda Sílvia Rosa Luísa Lurdes Beatriz Mariana Leonor Matilde Otávio "
        "Thaís"
    ),
    (
        *words(
            "Silva Santos Ferreira Pereira Oliveira Costa Rodrigues Martins Sousa Fernandes Gonçalves Gomes Lopes "
            "Marques Alves Almeida Ribeiro Pinto Carvalho Teixeira Moreira Correia Mendes Nunes Soares Vieira "
            "Monteiro Cardoso Rocha Neves Coelho Cruz Cunha Pires Ramos Reis Simões Antunes Matos Fonseca"
        ),
        "da Silva",
        "dos Santos",
        "de Oliveira",
        "da Costa",
    ),
)
WEST_AFRICAN = (
    words(
        "Mamadou Ousmane Ibrahima Moussa Abdoulaye Cheikh Modou Boubacar Amadou Seydou Souleymane Lamine Koffi "
        "Kouassi Yao Aminata Fatou Awa Mariama Aïssatou Khady Ndeye Bintou Kadiatou Oumou Rokia Djeneba Adjoa "
        "Akissi Fanta Salif Demba Idrissa Thierno Alpha Mbaye"
    ),
    words(
        "Diallo Traoré Coulibaly Koné Keïta Diarra Cissé Camara Sow Ba Bah Barry Ndiaye Diop Fall Gueye Sarr "
        "Faye Sy Touré Sangaré Konaté Sissoko Dembélé Doumbia Kouassi Kouamé Yao Ouattara Ouédraogo Sawadogo "
        "Kaboré Mbengue Mendy Niang Sané Sylla Fofana Bamba Mbaye Ngoma Mbemba Nkounkou"
    ),
)


def of(*cultures: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The given and family names of several cultures of `names`."""
    return (
        tuple(name for culture in cultures for name in names.GIVEN[culture]),
        tuple(name for culture in cultures for name in names.FAMILY[culture]),
    )
