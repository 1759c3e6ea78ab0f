"""An archived campaign: what is denied, what was there before, and the way back."""
