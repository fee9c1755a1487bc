"""Whether a number plate is one of this country: the forms that Kazakhstan has issued, and no others."""

import re

from kiosk.rules.personal import plate_form

# 917CNY05 and 917CN05 since 2012, A917CNY since 1993; motorcycles and trailers 17CNY05 and 17CN05
_OF_KAZAKHSTAN = re.compile(r"\d{3}[A-Z]{2,3}\d{2}|[A-Z]\d{3}[A-Z]{2,3}|\d{2}[A-Z]{2,3}\d{2}", re.ASCII)


def is_foreign(plate: str) -> bool:
    """Whether this plate has a form that Kazakhstan never issued; a plate without a letter or digit is none."""
    return any(_OF_KAZAKHSTAN.fullmatch(form) is None for form in plate_form(plate))
