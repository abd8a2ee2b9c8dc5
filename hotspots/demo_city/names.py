"""Names of streets, areas and places. All are invented or common words; none is meant to be a real place."""

from __future__ import annotations

from hotspots.demo_city.layout import MAIN_AVENUES, MAIN_STREETS, MERIDIAN_U, N_U, RIVER_V

AVENUES = [
    "ACACIA",
    "ALDER",
    "ALMOND",
    "ASH",
    "ASPEN",
    "BAYBERRY",
    "BEECH",
    "BIRCH",
    "BRACKEN",
    "BRIAR",
    "BUCKEYE",
    "BURDOCK",
    "CATALPA",
    "CEDAR",
    "CHERRY",
    "CHESTNUT",
    "CLOVER",
    "COTTONWOOD",
    "CYPRESS",
    "DOGWOOD",
    "ELDER",
    "ELM",
    "FERN",
    "FIR",
    "FOXGLOVE",
    "GINKGO",
    "GORSE",
    "HAWTHORN",
    "HAZEL",
    "HEATHER",
    "HEMLOCK",
    "HICKORY",
    "HOLLY",
    "HORNBEAM",
    "IRIS",
    "IVY",
    "JASMINE",
    "JUNIPER",
    "LARCH",
    "LAUREL",
    "LAVENDER",
    "LILAC",
    "LINDEN",
    "LOCUST",
    "MERIDIAN",
    "MAGNOLIA",
    "MAPLE",
    "MULBERRY",
    "MYRTLE",
    "OAK",
    "OLIVE",
    "ORCHARD",
    "PEAR",
    "PECAN",
    "PINE",
    "PLUM",
    "POPLAR",
    "PRIMROSE",
    "QUINCE",
    "ROWAN",
    "SAGE",
    "SPRUCE",
    "SUMAC",
    "SYCAMORE",
    "TAMARACK",
    "THISTLE",
    "TULIP",
    "WALNUT",
    "WILLOW",
    "WISTERIA",
    "YARROW",
    "YEW",
    "LAKESHORE",
]
NORTH_STREETS = [
    "AVOCET",
    "BITTERN",
    "CURLEW",
    "DIPPER",
    "EGRET",
    "FALCON",
    "GROUSE",
    "HERON",
    "IBIS",
    "JAY",
    "KESTREL",
    "LAPWING",
    "MERLIN",
    "NIGHTJAR",
    "OSPREY",
    "PLOVER",
    "ROBIN",
    "SWIFT",
]
MARKET_STREETS = {31: "COUNCIL ST", 33: "COURT ST", 35: "MARKET ST", 37: "MILL ST", 39: "FERRY ST"}  # downtown only
DIAGONAL_NAME = "S OLD MILL RD"

DISTRICTS = ("Northwest", "Northeast", "Southwest", "Southeast")
COMMUNITY_AREAS = (
    "Kiln Hill",
    "Tanners Green",
    "Saltmarsh",
    "Heronsgate",
    "North Shore",
    "Foundry Row",
    "Millrace",
    "Old Orchard",
    "Quarry Fields",
    "Weavers Cross",
    "Eastfields",
    "Harbour Side",
    "Prairie End",
)
NEIGHBOURHOOD_PARTS = ("West", "Central", "East")
SCHOOLS = (
    "Alderbrook Primary School",
    "Bellfield Primary School",
    "Copper Lane Primary School",
    "Dovecote Primary School",
    "Eastgate Primary School",
    "Fernhill Primary School",
    "Glassworks Primary School",
    "Heronsgate Primary School",
    "Ironbridge Road Primary School",
    "Juniper Hill Primary School",
    "Kiln Hill Primary School",
    "Larkrise Primary School",
    "Millrace Primary School",
    "Northfield Primary School",
    "Old Orchard Primary School",
    "Pebble Brook Primary School",
    "Quarry Fields Primary School",
    "Ropewalk Primary School",
    "Saltmarsh Primary School",
    "Tanners Green Primary School",
    "Upper Meadow Primary School",
    "Vine Street Primary School",
    "Weavers Cross Primary School",
    "Yarrow Park Primary School",
    "Exampleton High School North",
    "Exampleton High School South",
    "Exampleton High School East",
    "Lakeside High School",
    "Riverbend High School",
    "Technical High School",
)
STATIONS = (
    "Township Line",
    "Swift Street",
    "Nightjar",
    "Kestrel",
    "Heron",
    "Dipper",
    "North Bank",
    "Central",
    "Court Street",
)
STATIONS += (
    "Eighth Street",
    "Twelfth Street",
    "Sixteenth Street",
    "Harbour",
    "Market West",
    "Hickory",
    "Old Mill Junction",
    "Works Gate",
)


def ordinal(number: int) -> str:
    """Write 1ST, 2ND, 3RD, 4TH, 11TH."""
    ending = "TH" if 10 <= number % 100 <= 20 else {1: "ST", 2: "ND", 3: "RD"}.get(number % 10, "TH")
    return f"{number}{ending}"


def avenue(u: int, v: float) -> str:
    """The street at a whole u, as it is called at `v`: N from the north bank on; main ones have one name all along."""
    if u in MAIN_AVENUES or u == N_U:
        return f"{AVENUES[u]} {'DR' if u == N_U else 'BLVD'}"
    side = "N" if v >= RIVER_V + 1 else "S"
    return f"{side} {AVENUES[u]} AVE"


def street(v: int, u: float) -> str:
    """The street at a whole v, as it is called at `u`: W before the meridian; main ones have one name all along."""
    side = "W" if u < MERIDIAN_U else "E"
    if v in MARKET_STREETS:
        return f"{side} {MARKET_STREETS[v]}"
    if v in (RIVER_V, RIVER_V + 1):
        return f"{side} {'SOUTH' if v == RIVER_V else 'NORTH'} BANK DR"
    name = ordinal((RIVER_V - v) // 2) if v < RIVER_V else NORTH_STREETS[(v - RIVER_V) // 2 - 1]
    return f"{name} RD" if v in MAIN_STREETS else f"{side} {name} ST"
