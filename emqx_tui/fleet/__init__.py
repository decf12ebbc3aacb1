"""Many deployments watched at once: who is asked what and when, and what is known of them. Plain asyncio."""
