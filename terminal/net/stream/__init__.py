"""Streams of a venue: `link` keeps a socket up, `pace` and `newest` thin out what comes, `levels` sorts a book."""
