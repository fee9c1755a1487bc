"""The checkpoint: everything that is true at a gate without a network or a screen."""
