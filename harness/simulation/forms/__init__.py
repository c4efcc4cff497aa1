"""Which form a program wants an answer in, and the answer in it: the contract. Knows all the other rooms."""
