"""A small exercise that works: file a mail into its queue. Change everything but the names of the files."""
