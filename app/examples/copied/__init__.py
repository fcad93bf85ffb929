"""What every copy of an example holds beside its endpoint, under other imports there."""
