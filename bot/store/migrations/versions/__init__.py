"""The revisions, oldest first; made by `python -m bot.store.revise`."""
