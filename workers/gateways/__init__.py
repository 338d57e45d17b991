"""The gateways: the workers' ways to the outside. Each speaks one provider's protocol; none knows the database."""
