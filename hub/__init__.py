"""The hub: one self-hosted server for live communities."""
