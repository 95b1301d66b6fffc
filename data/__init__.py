"""What ships with the bot. Nothing here is code; `bot.shipped` reads it."""
