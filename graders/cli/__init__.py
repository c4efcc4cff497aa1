"""The reviewer's and the author's commands."""
