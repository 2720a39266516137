"""Several processes on one Redis and one PostgreSQL, judged by what people saw."""
