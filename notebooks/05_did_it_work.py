# %% [markdown]
# # Did it work?
#
# A published example by hand, then an invented action at bad places, judged two ways. Before and after calls nothing a success about half
# of the time at places that were chosen because they were bad; the comparison with similar places does not.

# %%
import geopandas
import numpy as np
import pandas
import shapely

from hotspots.demo_city import build_city
from hotspots.demo_city.offences import OFFENCES
from hotspots_models import frames
from hotspots_models.boxes import boxes_over
from hotspots_models.grid import Grid
from hotspots_models.statistics.effects.displacement import AreaCounts, wdd
from hotspots_models.statistics.effects.effect_power import smallest_rho_effect
from hotspots_models.statistics.similar_places import edge_gap_m, rho, similar_places, tau_floor

# %% [markdown]
# ## The published example
#
# Wheeler & Ratcliffe (2018) count 20 and 10 in the treated area, 20 and 20 in the control: ten fewer, standard error 8.3666, z −1.195.

# %%
plain = wdd(AreaCounts(20, 10), AreaCounts(20, 20))
print(f"WDD {plain.estimate:.0f}, SE {plain.se:.4f}, z {plain.z:.3f}")

# %% [markdown]
# ## Do nothing at the worst places
#
# Twenty of the eighty boxes with most thefts from vehicles in the last 90 days are "treated" with nothing. Their count falls all the same:
# bad luck does not repeat itself. (Not the twenty worst: the exact top has no equals to be held against.)

# %%
city = build_city()
door_m = np.column_stack([city.addresses.x_dm, city.addresses.y_dm]) / 10  # decimetres in the generator
offences = np.array([offence.words for offence in OFFENCES])
chosen = offences[city.events.offence] == "THEFT FROM VEHICLE"
xy_m, t_days = door_m[city.events.address[chosen]], city.events.minute[chosen] / 1440
grid = Grid.over(shapely.MultiPoint(door_m).convex_hull.buffer(50), cell_size_m=125.0)
boxes = boxes_over(grid)
box = boxes.box_of(xy_m)


def counted(first_day: float, last_day: float) -> np.ndarray:
    """(n_boxes,) incidents from one day up to another."""
    rows = (t_days >= first_day) & (t_days < last_day) & (box >= 0)
    return np.bincount(box[rows], minlength=boxes.n_boxes).astype(float)


start, length = 550.0, 90.0
before, after = counted(start - length, start), counted(start, start + length)
treated = np.argsort(-before, kind="stable")[20:80:3]
print(
    f"before {before[treated].sum():.0f}, after {after[treated].sum():.0f}: {after[treated].sum() / before[treated].sum() - 1:+.0%}"
)

# %% [markdown]
# ## Held against similar places
#
# The forecast is made at the start, controls are the boxes nearest in forecast and record, 250 m away at least. What falls back by itself
# falls back in both. The interval allows for how much twenty such boxes differ when nothing is done (τ).

# %%
points = geopandas.GeoDataFrame(
    {"occurred": pandas.Timestamp("2024-01-01") + pandas.to_timedelta(t_days, unit="D")},
    geometry=geopandas.points_from_xy(*xy_m.T),
    crs="EPSG:32614",
)
cells = frames.forecast(
    points,
    time="occurred",
    as_of=pandas.Timestamp("2024-01-01") + pandas.Timedelta(days=start),
    horizon_days=length,
    model="mixture",
    cell_m=125.0,
    study_area=shapely.MultiPoint(door_m).convex_hull.buffer(50),
)
expected = boxes.sums(cells["expected"].to_numpy())
west_south = np.column_stack([boxes.col, boxes.row]) * boxes.size_m
gap = edge_gap_m(west_south + boxes.size_m / 2, treated, side_m=boxes.size_m)
found = similar_places(expected, before, treated, eligible=(gap >= 250) & (expected > 0))
if found is None:
    print("no comparable places: the exact top has no equals")
else:
    tau = tau_floor(len(treated), shape="box")
    sums = [
        float(part.sum())
        for part in (after[treated], expected[treated], after[found.controls], expected[found.controls])
    ]
    effect = rho(*sums, tau=tau)
    print(
        f"{effect.ratio - 1:+.0%} against similar places, 95 % interval {effect.low - 1:+.0%} to {effect.high - 1:+.0%}"
    )
    least = smallest_rho_effect(sums[1], sums[3], tau=tau)
    print(f"the least drop that could be seen four times in five: {least:.0%}" if least else "no drop could be seen")
