"""What each entity type covers, in words for callers."""

from __future__ import annotations

DESCRIPTIONS: dict[str, str] = {
    "PERSON": "Names of persons: full, given, family and nicknames",
    "EMAIL": "E-mail addresses",
    "PHONE": "Telephone and fax numbers",
    "ADDRESS": "Postal addresses and the parts of one that locate a building or a street",
    "DATE_OF_BIRTH": "Dates on which a person was born",
    "NATIONAL_ID": "Numbers that a state gives to a person: identity card, passport, tax, social security, driving licence",
    "CREDIT_CARD": "Numbers of payment cards",
    "BANK_ACCOUNT": "Numbers of bank accounts, IBAN included",
    "IP_ADDRESS": "IPv4 and IPv6 addresses",
    "USERNAME": "Names of user accounts and social-media handles",
    "SECRET": "Passwords, access tokens and keys",
}
