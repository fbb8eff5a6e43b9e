"""How a preparation runs: items to records, in parallel; what is done survives; commands."""
