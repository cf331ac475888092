"""The register of instruments and what follows from it: its process map, doubts, fitness, plan, money and findings."""
