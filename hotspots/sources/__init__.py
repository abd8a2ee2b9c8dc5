"""Files of an agency in, whole columns out; nothing here knows the database."""
