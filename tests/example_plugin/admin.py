from django.contrib import admin

from tests.example_plugin.models import GiftNote

admin.site.register(GiftNote)
