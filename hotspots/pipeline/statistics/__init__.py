"""Statistics of analysts on true points: each verb reads, computes and returns one report that any format can carry."""
