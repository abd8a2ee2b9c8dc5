"""Read keys: counts for a spreadsheet or a report, which cannot sign in."""
