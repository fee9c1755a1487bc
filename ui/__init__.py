"""Every face people use: the command line, the screens of the kiosk, and the program that puts the parts together."""
