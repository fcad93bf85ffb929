"""The page and the headers as the server sends them."""
