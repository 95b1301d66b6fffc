"""How a headline is read, step by step: spelt, counted, dated, cut into parts, judged.

`bot.recaps.headline` is the door; nothing else needs to look in here.
"""
