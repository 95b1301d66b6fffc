"""Previously: recaps for communities that watch television together, with everything that spoils hidden."""
