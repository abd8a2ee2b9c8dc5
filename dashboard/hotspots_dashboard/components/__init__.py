"""Parts of pages: each takes plain answers and gives elements; none asks a question itself."""
