"""The gallery's examples as programs: what their endpoints answer, and their copies."""
