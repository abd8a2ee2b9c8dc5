"""The colours of every figure. Hues of Okabe & Ito (2008), told apart by all readers; none of them is red."""

TEXT = "#1b2733"
MUTED = "#5b6773"
LINE = "#d5dbe1"
SURFACE = "#ffffff"
ACCENT = "#0072b2"  # the one that a figure is about
BASELINE = "#5b6773"  # what it is compared with
BAND = "#cfe3f1"  # what is normal

HUES = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#000000")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "solid")

# one hue, light to dark, for counts and expected incidents
SEQUENTIAL = ("#f4f8fb", "#cfe3f1", "#94c4e0", "#4a98c9", "#1f6aa5", "#0b3c6f")
# two hues about a pale middle, for change only: fewer (green) and more (purple)
DIVERGING = ("#009e73", "#8fd0bb", "#f3f4f5", "#dcb0cb", "#a3558a")

# classes of hot spots over time, and kinds of local statistics
CLASS_HUES = {
    "persistent": "#0b3c6f",
    "emerging": "#0072b2",
    "new": "#56b4e9",
    "intermittent": "#e69f00",
    "former": "#b9c2cb",
    "never": "#f4f8fb",
    "hot": "#0b3c6f",
    "cold": "#8fd0bb",
    "neither": "#f4f8fb",
}
