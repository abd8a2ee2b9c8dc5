"""Fields of the filter: values, the form of a declaration, and the table of them all."""
