"""Statistics of analysts: one thin command each over hotspots/pipeline/statistics."""
