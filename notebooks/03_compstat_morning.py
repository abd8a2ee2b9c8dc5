# %% [markdown]
# # A CompStat morning
#
# What changed in the last four weeks, and is it more than chance? On frames of any source: points with a time, polygons to compare. The
# city is invented: Exampleton. With your own city the first cell becomes `hotspots.connect().incidents("burglary", days=392)`.

# %%
import geopandas
import numpy as np
import pandas
import shapely

from hotspots.demo_city import build_city
from hotspots.demo_city.offences import OFFENCES
from hotspots_models import frames

city = build_city()
door_m = np.column_stack([city.addresses.x_dm, city.addresses.y_dm]) / 10  # decimetres in the generator
offences = np.array([offence.words for offence in OFFENCES])
incidents = geopandas.GeoDataFrame(
    {
        "occurred": pandas.Timestamp("2024-01-01") + pandas.to_timedelta(city.events.minute, unit="min"),
        "kind": offences[city.events.offence],
    },
    geometry=geopandas.points_from_xy(*door_m[city.events.address].T),
    crs="EPSG:32614",
)
burglary = geopandas.GeoDataFrame(incidents[incidents["kind"].str.startswith("BURGLARY")])
print(
    f"{len(burglary):,} burglaries from {burglary['occurred'].min():%d %B %Y} to {burglary['occurred'].max():%d %B %Y}"
)

# %% [markdown]
# ## What changed?
#
# Four weeks beside the same weeks a year before (52 weeks, so that weekdays stay). Nine squares stand for districts. A flag holds at a
# false discovery rate of ten percent over all of them; most mornings nothing is flagged, and that is an answer.

# %%
end = burglary["occurred"].max().normalize()
weeks, year = pandas.Timedelta(days=28), pandas.Timedelta(days=364)


def between(first: pandas.Timestamp, last: pandas.Timestamp) -> geopandas.GeoDataFrame:
    """The burglaries from `first` up to `last`."""
    return geopandas.GeoDataFrame(burglary[burglary["occurred"].between(first, last, inclusive="left")])


now, past = between(end - weeks, end), between(end - weeks - year, end - year)
west, south, east, north = burglary.total_bounds
columns, rows = np.linspace(west - 1, east + 1, 4), np.linspace(south - 1, north + 1, 4)
squares = [shapely.box(columns[i], rows[j], columns[i + 1], rows[j + 1]) for j in range(3) for i in range(3)]
districts = geopandas.GeoDataFrame({"district": range(1, 10)}, geometry=squares, crs=incidents.crs)
found = frames.change(past, now, districts)
print(
    found[["district", "past", "now", "ratio", "ratio_low", "ratio_high", "z", "p_adjusted", "flagged"]]
    .round(2)
    .to_string(index=False)
)

# %% [markdown]
# ## Does one burglary make another near it soon more likely?

# %%
last_year = between(end - year, end)
table = frames.near_repeat(last_year, time="occurred", permutations=99)
print(table.round(3).to_string(index=False))

# %% [markdown]
# ## Where do they stand together?

# %%
hot = frames.gi_star(last_year, permutations=199)
print(hot["kind"].value_counts().to_string())

# %% [markdown]
# ## Where next?
#
# Expected burglaries of the four weeks after. The densest cell comes first; how good such a forecast is in this city, `frames.backtest`
# says.

# %%
cells = frames.forecast(burglary, time="occurred", as_of=end, model="mixture")
top = cells.sort_values("density_km2", ascending=False).head(5)
print(top[["expected", "density_km2"]].round(2).to_string(index=False))
