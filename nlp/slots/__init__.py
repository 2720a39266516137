"""Values out of Chinese text: who, when, how many, how much, which one. Text in, values and their places out; pure."""
