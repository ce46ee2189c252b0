"""What JSON answers look like: the types that the API's document is made from, and that tests hold answers against."""
