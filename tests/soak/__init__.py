"""Nothing is lost while processes die: many senders, many subscribers, and somebody who kills servers."""
