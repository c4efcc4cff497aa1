"""What an exercise is: its specification, its scenarios, its world, and how it is found."""
