"""Word lists and allow lists as people keep them: plain text, sheets, TOML."""
