"""Recaps and what lies around them, as a viewer may see it."""

from dataclasses import dataclass

from bot.recaps.card import Card, make_answer
from bot.recaps.episodes import Wanted
from bot.recaps.lookup import around, best_of
from bot.recaps.model import EpisodeRef, Recap, ShowId
from bot.store.feeds import Viewer
from bot.store.store import Unit


@dataclass(frozen=True, slots=True)
class Found:
    """A recap, and what lies around it."""

    recap: Recap
    siblings: list[Recap]
    before: Recap | None
    after: Recap | None

    @property
    def answer(self) -> Card:
        """The private card, with the plot behind its bars."""
        return make_answer(self.recap, open=False, siblings=self.siblings, before=self.before, after=self.after)

    @property
    def opened(self) -> Card:
        return make_answer(self.recap, open=True, siblings=self.siblings)


async def surroundings(unit: Unit, viewer: Viewer, recap: Recap) -> Found:
    """A recap with its siblings, and the recaps of the episodes before and after."""
    if recap.show is None:
        return Found(recap, [], None, None)
    known = await unit.recaps.episodes(viewer, recap.show)
    before, after = around((episode.ref for episode in known), recap.ref)
    return Found(
        recap,
        await unit.recaps.siblings(viewer, recap),
        None if before is None else await recap_of(unit, viewer, recap.show, before),
        None if after is None else await recap_of(unit, viewer, recap.show, after),
    )


async def recap_of(unit: Unit, viewer: Viewer, show: ShowId, wanted: EpisodeRef | Wanted) -> Recap | None:
    """The recap to show of the episode that is wanted."""
    if wanted is Wanted.LATEST:
        return next(iter(await unit.recaps.latest(viewer, show=show, limit=1)), None)
    if wanted is Wanted.FINALE:
        return best_of(await unit.recaps.finales(viewer, show))
    assert isinstance(wanted, EpisodeRef)
    return best_of(await unit.recaps.of_episode(viewer, show, wanted))
