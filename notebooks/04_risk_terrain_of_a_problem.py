# %% [markdown]
# # Risk terrain of a problem
#
# What stands near the robberies? Which kinds of place go with more of them, how much more, and what is not said by it. The city is
# invented: Exampleton, whose robberies were made to follow bars, stations and bus stops, so that the answer can be held to the truth.

# %%
import logging

import esda
import geopandas
import numpy as np
import pandas
import shapely
from libpysal.weights import lat2W

from hotspots.demo_city import build_city
from hotspots.demo_city.offences import OFFENCES
from hotspots_models import frames
from hotspots_models.grid import Grid
from hotspots_models.statistics.local_statistics import getis_ord, queen_neighbours

logging.getLogger("hotspots_models").setLevel(logging.WARNING)
CRS, AS_OF = "EPSG:32614", pandas.Timestamp("2025-12-01")
city = build_city()
door_m = np.column_stack([city.addresses.x_dm, city.addresses.y_dm]) / 10  # decimetres in the generator
offences = np.array([offence.words for offence in OFFENCES])


def points_of(xy_m: np.ndarray) -> geopandas.GeoDataFrame:
    """A frame of points in metres."""
    return geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(*xy_m.T), crs=CRS)


robbery = geopandas.GeoDataFrame(
    {"occurred": pandas.Timestamp("2024-01-01") + pandas.to_timedelta(city.events.minute, unit="min")},
    geometry=geopandas.points_from_xy(*door_m[city.events.address].T),
    crs=CRS,
)[np.char.startswith(offences[city.events.offence], "ROBBERY")]
factors = {
    "bars": points_of(door_m[city.bars]),
    "vacant buildings": points_of(door_m[city.vacant_buildings]),
    "bus stops": points_of(np.column_stack([city.bus_stops.x_dm, city.bus_stops.y_dm]) / 10),
    "stations": points_of(np.column_stack([city.stations.x_dm, city.stations.y_dm]) / 10),
    "schools": points_of(np.column_stack([city.schools.x_dm, city.schools.y_dm]) / 10),
}
ground = shapely.MultiPoint(door_m).convex_hull.buffer(
    50
)  # no address, no robbery: open country would flatter every factor
print(f"{len(robbery):,} robberies; {', '.join(f'{len(frame)} {name}' for name, frame in factors.items())}")

# %% [markdown]
# ## Which places go with robberies?
#
# Each factor enters once, as nearness or as density, at the distance that fits best. A relative risk value of 2 says: a cell with it has
# twice the robberies of one without, the other factors being equal. It is an association. A factor may stand for something else, such
# as how many people pass, and the warnings say which factors come together.

# %%
terrain = frames.risk_terrain(robbery, factors, time="occurred", as_of=AS_OF, study_area=ground)
print(terrain.dropna(axis=1, how="all").round(2).to_string(index=False))
print(*terrain.attrs["settings"]["warnings"], sep="\n")

# %% [markdown]
# The truth of Exampleton: its robberies were drawn near bars, stations and bus stops, and a little near vacant buildings. The first three
# are found. Schools were given nothing: "within 1,000 m of a school" holds for most of the city and stands for being inside it. So a factor
# that holds nearly everywhere (`cell_share`) is no reason, however large its value.

# %% [markdown]
# ## Is that of robberies, or of places where much happens?
#
# Hold the same factors against another offence. What stands in both tables may be a sign of crowds or of open doors; what stands in one
# belongs to the problem.

# %%
damage = geopandas.GeoDataFrame(
    {"occurred": pandas.Timestamp("2024-01-01") + pandas.to_timedelta(city.events.minute, unit="min")},
    geometry=geopandas.points_from_xy(*door_m[city.events.address].T),
    crs=CRS,
)[offences[city.events.offence] == "CRIMINAL DAMAGE"]
other = frames.risk_terrain(damage, factors, time="occurred", as_of=AS_OF, study_area=ground)
print(other.dropna(axis=1, how="all").round(2).to_string(index=False))

# %% [markdown]
# ## Where would a plan begin?
#
# At places, not at factors: the cells with most expected robberies. The terrain explains them and ranks poorly by itself (in Chicago it
# finds less than a third of what counting finds), so the forecast ranks, and the terrain gives the reasons.

# %%
cells = frames.forecast(robbery, time="occurred", as_of=AS_OF, study_area=ground, model="mixture")
top = geopandas.GeoDataFrame(cells.sort_values("density_km2", ascending=False).head(10))
near = {name: [int((frame.distance(cell) <= 150).sum()) for cell in top.geometry] for name, frame in factors.items()}
print(pandas.DataFrame({"expected": top["expected"].round(2).to_numpy(), **near}).to_string(index=False))

# %% [markdown]
# ## Beside esda
#
# Which cells stand out by their neighbours? Gi* here and `esda.G_Local` on the same counts and neighbours give the same z; the p of
# esda counts ties on one side only (decision 9).

# %%
west, south, east, north = shapely.total_bounds(robbery.geometry.to_numpy())
shape = (int((north - south) // 500) + 1, int((east - west) // 500) + 1)
grid = Grid.full(cell_size_m=500.0, origin_m=(west, south), shape=shape)
counts = grid.counts(shapely.get_coordinates(robbery.geometry.to_numpy()))
ours = getis_ord(counts, queen_neighbours(grid), permutations=19)
theirs = esda.G_Local(counts, lat2W(*shape, rook=False), transform="B", star=True, permutations=0)
print(
    f"largest z {ours.statistic.max():.3f}; esda {theirs.Zs.max():.3f}; largest difference {np.abs(ours.statistic - theirs.Zs).max():.0e}"
)
