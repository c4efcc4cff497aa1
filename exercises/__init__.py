"""The built-in exercises, one folder each, found by entry point exactly as a third party's are."""
