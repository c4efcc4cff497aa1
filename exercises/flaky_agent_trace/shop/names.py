"""Names for renamed scenarios, by the language of the mail. All are common; no person is meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

WOMEN: Mapping[str, Sequence[str]] = {
    language: names.split()
    for language, names in {
        "en": (
            "Ama Bernice Cara Eleri Farah Fiona Harriet Isla Joan Leila Maura Morag Nadia Orla Phoebe Rosa "
            "Tess Una Zoe"
        ),
        "de": "Anke Birgit Dörte Gudrun Heike Ines Katrin Mareike Silke Svenja",
        "fr": "Agathe Bérénice Corinne Élise Gaëlle Jeanne Maëlys Noémie Solange Véronique",
        "es": "Alba Begoña Elena Inés Lucía Maite Nuria Pilar Rocío Silvia",
        "nl": "Anneke Els Hanneke Ilse Lotte Marijke Nienke Petra Sanne Tineke",
        "pl": "Agata Dorota Ewelina Iza Justyna Łucja Marta Sylwia Urszula Zofia",
    }.items()
}
MEN: Mapping[str, Sequence[str]] = {
    language: names.split()
    for language, names in {
        "en": "Alasdair Conor Ewan Idris Jamal Kofi Lewis Niall Owen Quentin Sanjay Stuart Tariq Wilf",
        "de": "Bernd Florian Gerd Hartmut Jochen Lutz Malte Ralf Torsten Uwe",
        "fr": "Cyril Denis Fabrice Hugo Loïc Luc Pascal Rémi Thierry Yves",
        "es": "Carlos Diego Fermín Gonzalo Iker Javier Óscar Ramón Sergio Unai",
        "nl": "Bas Daan Geert Jasper Koen Maarten Niels Ruben Sjoerd Wouter",
        "pl": "Bartosz Damian Hubert Jacek Kamil Leszek Marek Paweł Radek Tadeusz",
    }.items()
}
GIVEN: Mapping[str, Sequence[str]] = {
    language: [
        *WOMEN[language],
        *MEN[language],
        *(("Alex", "Blair", "Dara", "Robin") if language == "en" else ()),
    ]
    for language in WOMEN
}
FAMILY: Mapping[str, Sequence[str]] = {
    language: names.split()
    for language, names in {
        "en": (
            "Adeyemi Ashdown Barlow Birch Callaghan Chowdhury Crowther Dunne Egerton Fairley Gallagher Gupta "
            "Haddad Hargreave Iqbal Jephson Kearns Kimura Lockwood Maddox McKenna Nolan Okafor Prentice "
            "Quigley Rafferty Salter Tierney Underhill Vaughan Whelan Yeoman"
        ),
        "de": "Ahrens Böhm Dietz Ebert Fuchs Gruber Hansen Keller Lorenz Seidel Voss",
        "fr": "Aubert Besson Caron Delmas Faure Gilbert Lacroix Mallet Perrin Vidal",
        "es": "Arias Benítez Cabrera Duarte Fuentes Herrero Lozano Medina Olmedo Vega",
        "nl": "Blom Dijkstra Evers Hoekstra Kuiper Mulder Postma Schouten Smit Verhoef",
        # None that has another form for women.
        "pl": "Adamczyk Bielak Czajka Dudek Gajda Kozak Mazur Nowak Sikora Wrona",
    }.items()
}
