"""The commands of `qaqpa`, one module for each family: they parse, call one service and print, and decide nothing."""
