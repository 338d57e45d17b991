"""What is run by hand while the hub is being made, and never by the hub."""
