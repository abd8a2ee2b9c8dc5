# %% [markdown]
# # A first forecast
#
# From reported incidents to a map of expected ones, and why a place stands on it. The city is invented: Exampleton, the one that
# `hotspots demo` shows. With your own city only the first cell changes: points in metres, times in days, a code for the type.

# %%
import numpy as np
import shapely

from hotspots.demo_city import build_city
from hotspots.demo_city.offences import OFFENCES
from hotspots_models import figures, registry
from hotspots_models.base import Grid, History, RiskFactor, RiskFactors
from hotspots_models.forecasting.risk_terrain import RiskTerrain
from hotspots_models.statistics.aoristic import aoristic_profile
from hotspots_models.statistics.concentration import concentration_curve
from hotspots_models.statistics.near_repeat import knox, warm_zones

city = build_city()
door_m = np.column_stack([city.addresses.x_dm, city.addresses.y_dm]) / 10  # decimetres in the generator
xy_m = door_m[city.events.address]
t_days = city.events.minute / (24 * 60)
offences = np.array([offence.words for offence in OFFENCES])
burglary = tuple(int(code) for code in np.flatnonzero(np.char.startswith(offences, "BURGLARY")))
print(f"{len(xy_m):,} incidents over {t_days.max():.0f} days; burglary is {[str(offences[code]) for code in burglary]}")

# %% [markdown]
# ## Cells over the study area
#
# Squares of 150 m. Those at the edge know how much of them lies inside. The study area here is what lies within 150 m of a door.

# %%
study_area = shapely.union_all(shapely.buffer(shapely.points(door_m[::5]), 150, quad_segs=2))
grid = Grid.over(study_area, cell_size_m=150)
history = History(xy_m, t_days, city.events.offence, target=burglary)
as_of, horizon_days = 700.0, 28.0  # the forecast knows what came before day 700, and looks 28 days ahead
print(f"{grid.n_cells:,} cells, {grid.area_m2.sum() / 1e6:.1f} square kilometres")

# %% [markdown]
# ## How concentrated is it?

# %%
past = history.before(as_of)
curve = concentration_curve(grid.counts(past.of_target().xy_m), size=grid.area_m2)
figures.to_plotly(figures.concentration(curve, caption="Exampleton, an invented city"))

# %% [markdown]
# ## Counting first
#
# The count of the past is the forecast that every other must beat, so it comes first. Nothing at or after the origin may be in the
# history: a row too late raises an error instead of a better score.

# %%
count = registry.get("long_run_count").fit(past, grid, as_of=as_of, horizon_days=horizon_days)
mixture = registry.get("mixture").fit(past, grid, as_of=as_of, horizon_days=horizon_days)
print(f"expected in 28 days: {count.expected().sum():.0f} burglaries by both, spread in two ways")
figures.to_plotly(
    figures.forecast_map(mixture.expected(), grid, caption="Exampleton, an invented city; kernel mixture to day 700")
)

# %% [markdown]
# ## Why here?
#
# The first place of the list, in words and shares.

# %%
first = int(np.argmax(mixture.density()))
why = mixture.explain(first)
print(why.words)
print({family: round(share, 2) for family, share in why.shares.items()})

# %% [markdown]
# ## Which places go with it?
#
# A risk terrain explains: here we know the truth, for the generator raises burglary near vacant buildings (3.2 times within 100 m, 1.8
# times within 200 m) and, less, near the railway. Bars and bus stops do nothing in it, and are found all the same: they stand where many
# doors stand. An association is not a cause, in no city.

# %%
bars, vacant = city.bars, city.vacant_buildings
factors = RiskFactors(
    (
        RiskFactor("vacant buildings", door_m[vacant]),
        RiskFactor("bars", door_m[bars]),
        RiskFactor("schools", np.column_stack([city.schools.x_dm, city.schools.y_dm]) / 10),
        RiskFactor("bus stops", np.column_stack([city.bus_stops.x_dm, city.bus_stops.y_dm]) / 10),
    )
)
terrain = RiskTerrain(block_m=100, half_blocks=6, resamples=5).fit(
    past, grid, as_of=as_of, horizon_days=horizon_days, factors=factors
)
for row in terrain.rows:
    print(f"{row.variable.words}: {row.relative_risk_value:.2f} times ({row.rrv_low:.2f} to {row.rrv_high:.2f})")
for warning in terrain.warnings:
    print(warning.words)
figures.to_plotly(figures.relative_risk_values(terrain.rows))

# %% [markdown]
# ## When, and what soon?
#
# Burglaries are found hours later: each is spread over its window. And one makes another near it more likely for a while.

# %%
own = past.of_target()
found = np.datetime64("2020-01-06T00:00", "m") + np.round(own.t_days * 24 * 60).astype("timedelta64[m]")
figures.to_plotly(figures.hour_of_week(aoristic_profile(found, found + np.timedelta64(8, "h"))))

# %%
table = knox(own.xy_m, np.floor(own.t_days), permutations=199)
figures.to_plotly(figures.knox_table(table))

# %%
zones = warm_zones(own.xy_m, own.t_days, as_of=as_of, distance_m=200, days=14)
print(f"{zones.incident.size} burglaries of the last 14 days keep {np.unique(zones.zone).size} zones warm")
