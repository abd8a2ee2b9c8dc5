"""Write the publication: schema open from the ledger."""
