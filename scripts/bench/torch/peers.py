"""Peers by the ids of the lab's methods. A peer is a function of a problem that gives its loss, a function of a batch and of draws."""

PEERS = {}


def peer(*methods):
    def named(build):
        PEERS.update(dict.fromkeys(methods, build))
        return build

    return named


# At the end, because these import `peer`.
import random_effects  # noqa: E402,F401
import sequences  # noqa: E402,F401
import tables  # noqa: E402,F401
import tag_methods  # noqa: E402,F401
import variational  # noqa: E402,F401
