from django.db import models

from shop.models import Order


class GiftNote(models.Model):
    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="gift_note")
    text = models.TextField()

    def __str__(self) -> str:
        return self.text
