"""How a checkpoint and the registry come to agree."""
