"""What stands in a request: pieces, values, records, data inside prose. Knows no ontology."""
