"""Customers and staff at the desk while the bot dies, judged by what they were shown."""
