"""Risk terrain modelling: which places go with more reported incidents near them, by how much, and how sure that is.

Caplan, Kennedy & Miller (2011), "Risk terrain modeling: brokering criminological theory and GIS methods for crime forecasting", Justice
Quarterly 28(2); the selection follows the published description of the Rutgers tool [Caplan & Kennedy 2013, RTMDx manual; Heffner
2013]. Points, lines and polygons; as many factors as there are. It explains more than it ranks: see the model card.
"""

from hotspots_models.forecasting.risk_terrain.model import FittedRiskTerrain, RiskTerrain
from hotspots_models.forecasting.risk_terrain.spatial_influence import (
    Candidates,
    Variable,
    candidate_variables,
    operationalise,
)
from hotspots_models.forecasting.risk_terrain.table import RiskTerrainRow, relative_risk_value

__all__ = [
    "Candidates",
    "FittedRiskTerrain",
    "RiskTerrain",
    "RiskTerrainRow",
    "Variable",
    "candidate_variables",
    "operationalise",
    "relative_risk_value",
]
