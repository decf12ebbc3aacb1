"""Pictures of the screens: what is on each, and how it is drawn."""
