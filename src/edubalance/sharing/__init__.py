"""Share a county's tables: new codes, small counts hidden, no persons, no places; and a report of what remains."""

from edubalance.sharing.contents import contents as contents
from edubalance.sharing.copy import Copy as Copy
from edubalance.sharing.copy import make as make
from edubalance.sharing.copy import policy as policy
from edubalance.sharing.delivery import check as check
from edubalance.sharing.delivery import deliver as deliver
from edubalance.sharing.report import markdown as markdown

__all__ = ["Copy", "check", "contents", "deliver", "make", "markdown", "policy"]
