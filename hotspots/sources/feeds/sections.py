"""``[[feed]]``: where new records come from, and how they are asked for."""

from __future__ import annotations

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, PositiveInt, StringConstraints, model_validator

from hotspots.sources.city_values import Section, Text

FeedKind = Literal["socrata", "arcgis", "police_uk_archive", "police_uk", "https", "folder"]
POLICE_UK_ARCHIVE = "https://data.police.uk/data/archive/latest.zip"
POLICE_UK_API = "https://data.police.uk/api"
ENDING = re.compile(r"\.(?:csv|tsv|txt|json|geojson|jsonl|ndjson|xlsx|xls|xlsb|ods|zip)(?:\.gz)?$", re.IGNORECASE)
DATASET_ID = re.compile(r"[a-z0-9]{4}-[a-z0-9]{4}(?![a-z0-9-])")
# Keys that one kind of feed has and others lack, with those that it needs.
OWN_KEYS: dict[FeedKind, tuple[set[str], set[str]]] = {
    "socrata": ({"url"}, {"url", "version", "reads", "where", "token", "overlap_days"}),
    "arcgis": ({"url"}, {"url", "reads", "where", "edited", "token", "overlap_days"}),
    "police_uk_archive": ({"forces"}, {"url", "forces", "months"}),
    "police_uk": ({"outline"}, {"url", "outline", "months"}),
    "https": ({"url"}, {"url", "token"}),
    "folder": ({"path"}, {"path", "pattern"}),
}


def ending_of(name: str) -> str:
    """The ending by which a file's content is told, such as ``.csv.gz``; ``.csv`` where the name has none that is known."""
    found = ENDING.search(name)
    return found[0].lower() if found else ".csv"


def _safe_address(url: str) -> str:
    if re.match(r"https://[^/@\s]+(/\S*)?$|http://(127\.0\.0\.1|localhost)(:\d+)?(/\S*)?$", url) is None:
        raise ValueError(f"{url!r} is not an address such as https://data.example.org/…; http is for this machine only")
    return url.rstrip("/")


Address = Annotated[str, AfterValidator(_safe_address)]
Corner = Annotated[list[float], Field(min_length=2, max_length=2)]


class FeedSource(Section):
    """``[[feed]]``: one source of new records."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)] = Field(
        description="Short name; its files are called name_YYYY-MM-DD_NN."
    )
    kind: FeedKind = Field(
        description='What it speaks: "socrata", "arcgis", "police_uk_archive", "police_uk", "https" or "folder".'
    )
    url: Address | None = Field(None, description="Address of the data set, the layer, the archive or the file.")
    version: Literal[2, 3] = Field(2, description="Socrata: version of its interface; 3 needs a token.")
    reads: Literal["changes", "whole"] = Field(
        "changes", description='"changes": what changed since the last run; "whole": everything, each time.'
    )
    where: Text | None = Field(None, description="Socrata, ArcGIS: a condition in the portal's own language.")
    edited: Text | None = Field(
        None, description="ArcGIS: field with the time of the last edit; the layer's own, where left out."
    )
    token: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$")] | None = Field(
        None, description="Name of the environment variable that holds the token; never the token itself."
    )
    overlap_days: float = Field(
        3.0, ge=0, le=366, description="How far before the newest change of the last run a run begins again, in days."
    )
    forces: list[Text] | None = Field(
        None,
        min_length=1,
        description="police.uk archive: forces as its file names have them, such as avon-and-somerset.",
    )
    outline: list[Corner] | None = Field(
        None,
        min_length=3,
        max_length=100,
        description="police.uk: corners [longitude, latitude] of the area asked for.",
    )
    months: PositiveInt = Field(36, le=120, description="police.uk: how many of the newest months are read each time.")
    path: Text | None = Field(None, description="Folder that another program puts files into.")
    pattern: Text = Field("*", description="Folder: pattern of the files' names.")

    @model_validator(mode="after")
    def _keys_of_its_kind(self) -> FeedSource:
        needed, own = OWN_KEYS[self.kind]
        fields = type(self).model_fields
        given = {key for key in fields if getattr(self, key) != fields[key].default} - {"name", "kind"}
        for key in sorted(needed - given):
            raise ValueError(f'kind = "{self.kind}" needs {key}')
        for key in sorted(given - own):
            raise ValueError(f'{key} is no key of kind = "{self.kind}"; it has {", ".join(sorted(own))}')
        if self.kind == "socrata" and DATASET_ID.search(self.url or "") is None:
            raise ValueError(f"url {self.url!r} names no data set; its address ends with an id such as ijzp-q8t2")
        if self.kind == "socrata" and self.version == 3 and self.token is None:
            raise ValueError(
                "version = 3 needs token, the name of the environment variable with the portal's app token"
            )
        if self.kind == "arcgis" and re.search(r"/(FeatureServer|MapServer)/\d+$", self.url or "") is None:
            raise ValueError(
                f"url {self.url!r} is not a layer; its address ends with /FeatureServer/0 or another number"
            )
        return self

    @property
    def is_whole(self) -> bool:
        """Whether each run brings everything, so that what it lacks is gone."""
        return self.kind not in ("socrata", "arcgis") or self.reads == "whole"

    @property
    def address(self) -> str:
        """Where it is asked, without a slash at the end."""
        defaults = {"police_uk_archive": POLICE_UK_ARCHIVE, "police_uk": POLICE_UK_API}
        return self.url or defaults.get(self.kind, "")

    @property
    def ending(self) -> str:
        """Ending of its files' names, by which their content is told."""
        if self.kind == "https":
            return ending_of(urlsplit(self.address).path)
        return ending_of(self.pattern) if self.kind == "folder" else ".csv"

    def file_name(self, day: str, number: int, ending: str) -> str:
        """Name of the file of one run: the day is the day on which it was known."""
        return f"{self.name}_{day}_{number:02}{ending}"

    @property
    def file_day(self) -> re.Pattern[str]:
        """Finds the day in the name of a file of this feed."""
        return re.compile(rf"^{re.escape(self.name)}_(\d{{4}}-\d{{2}}-\d{{2}})_\d{{2,}}\.")
