"""Invented values of the same form, a module a kind of value."""
