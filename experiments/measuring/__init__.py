"""What benchmarks and simulations are measured with."""
