"""Whether an alert may speak now, or holds back what it has to tell: quiet hours, cool-down, a cap per hour. Pure.

Nothing that is held back is lost: as soon as the alert may speak again, it is told in one message.
"""

from datetime import datetime, timedelta, tzinfo

from alerts.definitions import Alert
from archive.owing import SAME_TIME, Held
from seeds.definitions import seconds
from seeds.window import Window


def held_back(
    alert: Alert, *, now: datetime, zone: tzinfo, last: datetime | None = None, room: datetime | None = None
) -> Held | None:
    """Why *alert* holds back what it has to tell at *now*; None: it speaks.

    *zone* is the desk's, *last* when the alert last sent a message, *room* when it may send another without exceeding
    its cap, where that is still to come.
    """
    if alert.quiet and (window := Window.read(alert.quiet)).is_open(now, zone):
        return Held(until=window.closing(now, zone), reason="quiet")
    cooldown = timedelta(seconds=seconds(alert.cooldown))
    if last is not None and -SAME_TIME <= now - last < cooldown:
        return Held(until=last + cooldown, reason="cooldown")
    if room is not None:
        return Held(until=room, reason="max_per_hour")
    return None
