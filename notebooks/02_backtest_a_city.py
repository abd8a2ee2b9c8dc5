# %% [markdown]
# # Backtest a city
#
# Does a model beat counting, by how much, and how sure? Origins roll through the past; each forecast knows what came before its origin
# and is judged by the window after it. Cells, budgets and models are fixed beforehand.

# %%
import numpy as np
import shapely

from hotspots.demo_city import build_city
from hotspots.demo_city.offences import OFFENCES
from hotspots_models import figures
from hotspots_models.backtesting.folds import World, monthly_origins, tasks
from hotspots_models.backtesting.gate import decide
from hotspots_models.backtesting.run import backtest
from hotspots_models.backtesting.scores import sentence, summarise
from hotspots_models.base import Grid, History
from hotspots_models.scoring.calibration import CalibrationRow
from hotspots_models.scoring.metrics import CaptureCurve

city = build_city()
door_m = np.column_stack([city.addresses.x_dm, city.addresses.y_dm]) / 10
offences = np.array([offence.words for offence in OFFENCES])
burglary = tuple(int(code) for code in np.flatnonzero(np.char.startswith(offences, "BURGLARY")))
history = History(door_m[city.events.address], city.events.minute / (24 * 60), city.events.offence, target=burglary)
study_area = shapely.union_all(shapely.buffer(shapely.points(door_m[::5]), 150, quad_segs=2))
grid = Grid.over(study_area, cell_size_m=150)

# %% [markdown]
# ## Origins, models, folds
#
# Four origins keep this notebook quick. Decide nothing on fewer than twelve: one window is noise.

# %%
origins = monthly_origins(end=728.0, horizon_days=28.0, count=4)
models = ["long_run_count", "kde", "mixture"]
todo = tasks({"burglary": burglary}, models=models, origins=origins, horizons_days=[28.0])
folds = backtest(World(history, grid), todo)
scores = {score.model: score for score in summarise(folds)}
for name, score in scores.items():
    hit, skill = score.hit_rate["5 %"], score.log_skill
    print(f"{name:15s} hit rate at 5 % {hit:.3f}  log skill {skill:.2f}  {score.seconds_mean:.1f} s a fold")

# %% [markdown]
# ## In one sentence, and what would be served

# %%
print(sentence(scores["mixture"]))
for decision in decide([scores["long_run_count"], scores["mixture"]]):
    print(decision)

# %% [markdown]
# ## Capture curves

# %%
curves = {
    name: CaptureCurve(np.array(score.area_share), np.array(score.capture_curve), np.array(score.best_curve))
    for name, score in sorted(scores.items(), key=lambda item: item[0] != "mixture")
    if score.capture_curve is not None and score.best_curve is not None
}
figures.to_plotly(figures.capture_curves(curves, caption="Exampleton, an invented city; 4 origins of 28 days"))

# %% [markdown]
# ## Calibration
#
# A forecast of counts must come true in number as well as in place.

# %%
rows = [CalibrationRow(part, 0.0, o, e) for part, (o, e, _) in scores["mixture"].calibration.items()]
figures.to_plotly(figures.calibration(rows))
