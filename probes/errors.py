"""Errors whose message is safe to show: they name files and settings, never input text."""


class ProbesError(Exception):
    """Base of all errors that this package raises on purpose."""


class BaseModelError(ProbesError):
    """The base model is missing, damaged or not what the bundle was trained on."""


class BundleError(ProbesError):
    """A bundle file is missing, damaged or inconsistent; the message names it."""
