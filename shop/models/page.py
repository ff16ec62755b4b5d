from django.db import models


class Page(models.Model):
    """The CMS side of the shop."""

    slug = models.SlugField(max_length=150, unique=True)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    is_published = models.BooleanField(default=True)

    class Meta:
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title
