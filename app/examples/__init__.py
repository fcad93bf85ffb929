"""The gallery's examples: a module each, with its endpoint and what its page holds."""
