"""The reference registry: it issues tickets, publishes what a park has decided, and receives what its gates did."""
