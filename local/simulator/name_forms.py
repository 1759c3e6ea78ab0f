"""The forms in which Discord may store a name; Discord does not document which one it uses."""

import re
import unicodedata
from collections.abc import Callable, Mapping

AS_SENT = "as sent"

FORMS: Mapping[str, Callable[[str], str]] = {
    AS_SENT: lambda name: name,
    "composed": lambda name: unicodedata.normalize("NFC", name),
    "compatible": lambda name: unicodedata.normalize("NFKC", name),
    "spaces folded": lambda name: " ".join(name.split()),
    "visible": lambda name: re.sub("[\u200b-\u200f\u2060\ufeff]", "", name),
}
