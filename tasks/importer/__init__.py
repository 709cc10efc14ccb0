"""From a document to draft duties: reading a file format, finding duties in it, deciding what they mean."""
