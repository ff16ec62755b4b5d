from django.contrib import admin
from django.urls import path

from shop.graphql.transport.http import graphql
from shop.health import healthz
from shop.plugins.urls import plugin_urls

urlpatterns = [
    path("graphql/", graphql, name="graphql"),
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
    *plugin_urls(),
]
