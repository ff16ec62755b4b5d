import django_filters

from shop.filters import ActorFilterSet


class GiftFilter(ActorFilterSet):
    gift = django_filters.BooleanFilter("gift_note", "isnull", exclude=True, help_text="With a gift note, or without.")
