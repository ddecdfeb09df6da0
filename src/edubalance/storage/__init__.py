"""Writing: several files and folders change together or not at all, one process at a time, and nothing is left over."""

from edubalance.storage.journal import Change as Change
from edubalance.storage.journal import change as change
from edubalance.storage.journal import settle as settle
from edubalance.storage.journal import write as write
from edubalance.storage.journal import write_all as write_all
from edubalance.storage.locks import locked as locked
from edubalance.storage.parts import digest as digest
from edubalance.storage.parts import staging as staging
from edubalance.storage.parts import write_alone as write_alone
from edubalance.storage.scratch import folder as folder

__all__ = [
    "Change",
    "change",
    "digest",
    "folder",
    "locked",
    "settle",
    "staging",
    "write",
    "write_all",
    "write_alone",
]
