"""Starts the real programs and talks to them as their users do."""
