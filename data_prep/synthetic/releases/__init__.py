"""The synthetic world written as the releases of real data sets, once."""
