"""Long pieces of work as rows: who asked, how far it is, what came out."""
