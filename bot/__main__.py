"""`python -m bot` is `previously`."""

from bot.cli import main

if __name__ == "__main__":
    main()
