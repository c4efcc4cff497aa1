"""Everything that a candidate's machine needs: exercises, gateway, sandbox, workspace, command line."""
