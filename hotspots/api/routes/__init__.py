"""One file a noun; each makes its router from the reader."""
