"""The mutations of the model, with no more than the reference needs to know of what they made."""

_ERRORS = "userErrors { code }"


def _mutation(name: str, payload: str) -> str:
    type_name = name[0].upper() + name[1:]
    return f"mutation ($input: {type_name}Input!) {{ {name}(input: $input) {{ {payload} {_ERRORS} }} }}"


_MARKED = "thread { unreadCount }"
_DISPUTED = "dispute { id } thread { id lastMessage { id } }"

START = _mutation("threadStart", "thread { id } message { id number body }")
START_WITH_STORE = _mutation("vendorThreadStart", "thread { id } message { id number body }")
SEND = _mutation("messageSend", "message { id number body }")
ANNOUNCE = _mutation("announcementSend", "count threads { id counterparty { vendor { id } } lastMessage { id } }")
READ = _mutation("threadMarkRead", _MARKED)
UNREAD = _mutation("threadMarkUnread", _MARKED)
ALL_READ = _mutation("threadsMarkRead", "count").replace("ThreadsMarkRead", "ThreadsMark")
ALL_UNREAD = _mutation("threadsMarkUnread", "count").replace("ThreadsMarkUnread", "ThreadsMark")
OPEN = _mutation("disputeOpen", _DISPUTED)
CLOSE = _mutation("disputeClose", _DISPUTED)
SET_MODE = _mutation("shopUpdate", "shop { multivendorMode }")
CONFIGURE = _mutation("pluginSettingsUpdate", "plugin { name }")
ENABLE = _mutation("pluginEnable", "plugin { enabled }")
DISABLE = _mutation("pluginDisable", "plugin { enabled }")
