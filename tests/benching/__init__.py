"""Tools of the benchmarks that need a running server."""
