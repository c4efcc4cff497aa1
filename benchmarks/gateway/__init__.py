"""The gateway beside bare Starlette and other mock LLM servers."""
