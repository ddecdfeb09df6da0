"""A scheduler of this machine lets nobody in but its own run: whoever reaches it has his code run by its user."""

from __future__ import annotations

import pytest
from distributed import Client, Security

from edubalance import workers


@pytest.fixture(scope="module")
def cluster():
    with workers.client(workers.LOCAL, 1) as connected:
        yield connected


def test_the_run_itself_works_over_tls_on_loopback(cluster):
    assert cluster.scheduler.address.startswith("tls://127.0.0.1:")
    assert cluster.submit(sum, [1, 2]).result() == 3


@pytest.mark.parametrize("protocol", ["tcp", "tls"])
def test_a_client_without_the_certificate_is_refused(cluster, protocol):
    address = cluster.scheduler.address.replace("tls", protocol)
    stranger = Security.temporary() if protocol == "tls" else None
    with pytest.raises(OSError, match=r"Timed out|certificate|closed|connect"):
        Client(address, security=stranger, timeout="3s", set_as_default=False)
