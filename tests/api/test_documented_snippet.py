"""The program in docs/api.md runs as it stands."""

import re
import subprocess
import sys
from pathlib import Path

import httpx

from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.period import Period
from tests.incident_oracle import matching
from tests.open_city_builder import NEWEST_DAY, SmallIncident

DOCUMENT = Path(__file__).parents[2] / "docs" / "api.md"


def test_the_documented_program_counts_what_there_is(client: httpx.Client, city: list[SmallIncident]) -> None:
    (program,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), flags=re.DOTALL)
    here = str(client.base_url).rstrip("/")
    assert "http://127.0.0.1:8050/api" in program
    program = program.replace("http://127.0.0.1:8050/api", here).replace("limit=1000", "limit=3")  # several pages
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    asked = re.findall(r"items\?(\S+)&limit", program)[0]
    query = dict(part.split("=") for part in asked.split("&"))
    burglaries = matching(city, IncidentFilter.from_query(query, default_period=Period.last_days(NEWEST_DAY, 90)))
    first, *months = ran.stdout.splitlines()
    assert first == f"{len(burglaries)} of {len(burglaries)} burglaries, as known on 2018-01-07"
    by_month = [sum(incident.day.month == month for incident in city) for month in range(1, 13)]
    assert [line.split() for line in months] == [
        [f"2017-{month:02}-01", str(incidents)] for month, incidents in enumerate(by_month, start=1)
    ]
