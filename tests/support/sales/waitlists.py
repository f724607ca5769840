"""Holds the waiting lists that the API shows against those of the auditor's model."""


def wait_differences(api, name, waiting):
    """Sentences for waiting users who are not told their position when they ask, or join again.

    waiting: (position, user id) pairs of one running sale.
    """
    wrong = []
    for position, user in waiting:
        place = {"sale_id": name, "user_id": user, "position": position}
        for status, expected, answer in (
                (202, {**place, "repeat": True}, api.join_waitlist(name, user)),
                (200, place, api.waitlist_place(name, user))):
            if answer.status != status or answer.json != expected:
                wrong.append(f"{user}, who waits in sale {name}, is answered with {answer!r}, not "
                             f"{expected}")
    return wrong
