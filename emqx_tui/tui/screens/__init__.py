"""The screens: each reads the store when it is told that something changed, and draws."""
