"""Numbers, units, dates, clock times and their bounds in Korean and English text, normalised so that they can be compared."""

from kb.chat.support.quantities.bounds import opposed
from kb.chat.support.quantities.compare import about_the_same, same, same_family, same_kind, same_number
from kb.chat.support.quantities.extract import quantities
from kb.chat.support.quantities.model import Bound, Quantity, Reading
from kb.chat.support.quantities.rates import rates_differ

__all__ = [
    "Bound",
    "Quantity",
    "Reading",
    "about_the_same",
    "opposed",
    "quantities",
    "rates_differ",
    "same",
    "same_family",
    "same_kind",
    "same_number",
]
