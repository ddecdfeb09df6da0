"""Many counties at once: Parquet in, Parquet out; in one process, or over the workers of a scheduler."""
