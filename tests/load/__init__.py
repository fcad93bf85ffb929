"""`make load`: many readers at once, as Locust plays them."""
