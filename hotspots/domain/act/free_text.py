"""Free text that may name a person: names, plates, telephone numbers and e-mail addresses are refused, and never repeated."""

from __future__ import annotations

import re
import unicodedata

from hotspots.errors import InputError

LONGEST_TEXT = 500
_GIVEN_NAMES = (
    "james|john|robert|michael|william|david|richard|joseph|thomas|charles|christopher|daniel|matthew|anthony|mark|donald|steven|paul|andrew|"
    "joshua|kenneth|kevin|brian|george|edward|ronald|timothy|jason|jeffrey|ryan|jacob|gary|nicholas|eric|jonathan|stephen|larry|justin|scott|"
    "brandon|benjamin|samuel|gregory|frank|alexander|raymond|patrick|jack|dennis|jerry|tyler|aaron|jose|adam|henry|nathan|douglas|zachary|"
    "peter|kyle|walter|ethan|jeremy|harold|keith|christian|roger|noah|gerald|carl|terry|sean|arthur|lawrence|jesse|dylan|bryan|joe|jordan|"
    "billy|bruce|albert|willie|gabriel|logan|alan|juan|wayne|roy|ralph|randy|eugene|vincent|russell|elijah|louis|bobby|philip|johnny|"
    "mary|patricia|jennifer|linda|elizabeth|barbara|susan|jessica|sarah|karen|nancy|lisa|betty|margaret|sandra|ashley|kimberly|emily|donna|"
    "michelle|carol|amanda|dorothy|melissa|deborah|stephanie|rebecca|sharon|laura|cynthia|kathleen|amy|angela|shirley|anna|brenda|pamela|"
    "emma|nicole|helen|samantha|katherine|christine|debra|rachel|carolyn|janet|catherine|maria|heather|diane|ruth|julie|olivia|joyce|"
    "virginia|victoria|kelly|lauren|christina|joan|evelyn|judith|megan|andrea|cheryl|hannah|jacqueline|martha|gloria|teresa|ann|sara|"
    "madison|frances|kathryn|janice|jean|abigail|alice|julia|judy|sophia|grace|denise|amber|doris|marilyn|danielle|beverly|isabella|"
    "theresa|diana|natalie|brittany|charlotte|marie|kayla|alexis|lori|luis|carlos|jesus|miguel|pedro|antonio|francisco|alejandro|jorge|"
    "ricardo|fernando|manuel|rafael|javier|sergio|ramon|guadalupe|carmen|rosa|ana|lucia|elena|pablo|diego|tyrone|jamal|darnell|latoya|"
    "keisha|deshawn|mohammed|ahmed|ali|fatima|wei|ming|nguyen"
)
_STREET_WORDS = r"st|street|ave|avenue|blvd|boulevard|rd|road|dr|drive|pl|place|ct|court|ln|lane|pkwy|park|school|hospital|church|square"
_PLATE_WORDS = r"plates?|number plate|licence plate|license plate|placas?|matr[ií]cula"
_TITLES = r"mr|mrs|ms|miss|dr|sr|sra|srta|officer|detective|suspect|señora?|named|called|llamad[oa]"
# Letters of other alphabets that look like ours, by which a name could be slipped past the patterns.
_LOOKALIKES = str.maketrans(
    "ЈІЅАВЕКМНОРСТХаеорсухіјѕԁһԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧανορτυχıɡɑ",
    "JISABEKMHOPCTXaeopcyxijsdhqwABEZHIKMNOPTYXavoptuxiga",
)
_SPOKEN_DIGITS = (
    r"zero|one|two|three|four|five|six|seven|eight|nine|oh|cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve"
)
_FINDS = (
    ("an e-mail address", re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")),
    ("a telephone number", re.compile(r"(?<![\w-])(?:\+?\d[\s().-]{0,2}){7,15}(?![\d-])")),
    ("a telephone number", re.compile(rf"(?:\b(?:{_SPOKEN_DIGITS})\b[\s,.-]*){{7,}}", re.I)),
    ("a number plate", re.compile(r"\b(?:[A-Z]{2,3}-?\d{3,4}|\d{3,4}-?[A-Z]{2,3}|\d[A-Z]{3}\d{3})\b")),
    ("a number plate", re.compile(rf"\b(?:{_PLATE_WORDS})\b[\s:#]*(?:[A-Z0-9-]{{1,8}}\s?){{0,2}}\d", re.I)),
    ("the name of a person", re.compile(rf"\b(?:{_TITLES})\b\.?\s+(?-i:[A-ZÁÉÍÓÚÑ][a-záéíóúñ]+)", re.I)),
    (
        "the name of a person",
        re.compile(
            rf"\b(?:{_GIVEN_NAMES})\s+(?!(?:{_STREET_WORDS})\b)(?-i:[A-ZÁÉÍÓÚÑ][a-záéíóúñ'-]+)(?!\s+(?:{_STREET_WORDS})\b)",
            re.I,
        ),
    ),
)
NUMBERS = ("a telephone number", "a number plate")
_DATES = re.compile(r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b|\b\d{1,2}:\d{2}\b")


def plain_text(text: str) -> str:
    """The text with compatibility forms written plainly, and without characters that cannot be seen."""
    return "".join(
        one
        for one in unicodedata.normalize("NFKC", text)
        if one in "\n\t" or unicodedata.category(one) not in ("Cf", "Cc", "Cs", "Co", "Cn")
    )


def _looks(text: str) -> str:
    """The text as an eye may read it: lookalike letters as ours, without accents."""
    apart = unicodedata.normalize("NFD", text.translate(_LOOKALIKES))
    return "".join(one for one in apart if not unicodedata.combining(one))


def checked_text(text: str, *, field: str, longest: int = LONGEST_TEXT, numbers: bool = False) -> str:
    """Return the text without spaces round it.

    Parameters
    ----------
    numbers : the text is a number of the agency's own, such as a case number, which may look like a plate or a telephone number

    Raises
    ------
    InputError
        It is too long, or seems to name a person; the message says what was found and repeats nothing of it.
    """
    words = " ".join(plain_text(text).split())
    if len(words) > longest:
        raise InputError(f"{field} has {len(words)} characters: write at most {longest}.")
    without_dates = _DATES.sub(" ", words)
    for found, pattern in _FINDS:
        if numbers and found in NUMBERS:
            continue
        if pattern.search(without_dates) or pattern.search(_looks(without_dates)):
            raise InputError(
                f"{field} seems to hold {found}. Nothing was saved: write of places and conditions, never of persons."
            )
    return words


def checked_needed(text: str | None, *, field: str, longest: int = LONGEST_TEXT, numbers: bool = False) -> str:
    """Return a checked text that must not be empty. Raises InputError."""
    words = checked_text(text or "", field=field, longest=longest, numbers=numbers)
    if not words:
        raise InputError(f"{field} is empty: write at least a word.")
    return words
