"""Telling people's names from everything else that feeds put where a name belongs.

Names are visible to everybody, so a text in which somebody does something, or is something, is no name: "Mara Dies" has
the capitals of one. Rather a name is lost than an end told.
"""

import re
from typing import Final
from unicodedata import category

#: Words of names that are written small.
_PARTICLES: Final = frozenset(
    {"al", "and", "bin", "da", "das", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "e", "el", "la"}
    | {"le", "ten", "ter", "van", "von", "y"}
)
#: What people do or suffer in plots, as whole words.
_DEEDS: Final = re.compile(
    r"abducts?|admits|arrest(?:s|ed)|attacks?|attacked|awakens|betray(?:s|ed)|breaks|cheat(?:s|ed)|confess(?:es|ed)"
    r"|dead|dies?|died|disappear(?:s|ed)|discover(?:s|ed)|divorc(?:es|ed)|drown(?:s|ed)|elimin\w+|escap(?:es|ed)|evict\w*"
    r"|finds|forgives|gets|goes|hang(?:s|ed)|hiding|hides|kidnap\w*|kill(?:s|ed|ing)?|kiss(?:es|ed)|learns|leaves|loses"
    r"|marr(?:y|ies|ied)|meets|murder(?:s|ed)|poison(?:s|ed)|pregnant|proposes|quits|remembers|rescues|returns"
    r"|reveal(?:s|ed)|reunite[sd]?|saves|shoots|shot|stab(?:s|bed)|steals|survive[sd]?|vanish(?:es|ed)|wakes|wins"
    # es, fr, de, pt
    r"|muere[ns]?|murió|asesina|asesinad[oa]|muert[oa]|embarazada|traiciona|descubre|confiesa|regresa|revela"
    r"|meurt|mourir|assassiné\w*|enceinte|trahit|avoue|épouse|découvre|disparaît"
    r"|stirbt|gestorben|tötet|ermordet|schwanger|verrät|gesteht|heiratet|verschwindet|entführt"
    r"|morre|morreu|assassinad[oa]|mort[oa]|grávida|trai|confessa|descobre",
    re.IGNORECASE,
)
#: What else stands in headlines and not in names.
_NO_NAMES: Final = re.compile(
    r"alive|are|been|because|culprit|death|deaths|end|ending|episodes?|explained|finale?|ghost|had|has|have|her|his|how|is"
    r"|its|killers?|murderers?|not|recaps?|reviews?|seasons?|secret|spoilers?|their|these|this|traitor|twins?|victims?"
    r"|was|were|what|when|where|who|whose|why|with"
    r"|asesin[oa]s?|episodios?|capítulos?|está|final|temporada|assassins?|épisodes?|saison|est|tueu(?:r|se)"
    r"|mörder(?:in)?|folgen?|staffel|ist|tot|assassinos?|episódios?|temporadas?|segredo",
    re.IGNORECASE,
)
#: The same in scripts that do not part their words.
_NO_NAMES_WIDE: Final = re.compile(
    r"범인|살인|살해|사망|죽|자살|결혼|임신|이혼|배신|결말|반전|스포일러|최종회|마지막|정체|비밀|아들|이다$|니다$|한다$|했다$"
    r"|死|殺|杀|犯人|凶手|兇手|黒幕|黑幕|正体|真相|結婚|结婚|妊娠|懐妊|怀孕|懷孕|離婚|离婚|裏切|背叛|出卖|最終回|結末|结局|結局"
    r"|大结局|役の|役$|を|[\u3400-\u9fff]が|是[^枝永]|[^ア-ン]了$"
)
#: Scripts without spaces.
_WIDE: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
#: Longer words of them are sentences; names in katakana and with dots may be longer.
_LONGEST_WIDE: Final = 8
_FOREIGN_IN_KATAKANA: Final = re.compile(r"[\u30a0-\u30ff·・]+|[\u3400-\u9fff]{1,6}·[\u3400-\u9fff]{1,8}")
_INSIDE: Final = ".'’-·・"


def is_name(text: str) -> bool:
    """Whether a text looks like somebody's name: at most five words of letters, with capitals where there are any."""
    words = text.split()
    return 0 < len(words) <= 5 and len(text) <= 60 and all(map(_is_name_word, words)) and not _tells(text, words)


def tells_of_deeds(text: str) -> bool:
    """Whether somebody dies, marries or is found out in a short text."""
    return any(_DEEDS.fullmatch(word) for word in re.findall(r"[^\W\d_]+", text)) or bool(_NO_NAMES_WIDE.search(text))


def _tells(text: str, words: list[str]) -> bool:
    if any(_NO_NAMES.fullmatch(word.strip(".")) or word.endswith(("'s", "’s")) for word in words):
        return True
    return tells_of_deeds(text)


def _is_name_word(word: str) -> bool:
    if word in _PARTICLES:
        return True
    if _WIDE.search(word) and len(word) > _LONGEST_WIDE and not _FOREIGN_IN_KATAKANA.fullmatch(word):
        return False
    starts_like_one = category(word[0]) in {"Lu", "Lt", "Lo"}
    has_only_letters = all(category(letter)[0] in "LM" or letter in _INSIDE for letter in word)
    is_sentence_end = word.endswith(".") and len(word) > 4  # J. R. R., Dr. and Jr. are none
    return starts_like_one and has_only_letters and not is_sentence_end
