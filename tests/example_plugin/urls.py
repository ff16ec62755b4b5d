from django.http import HttpRequest, HttpResponse
from django.urls import path


def card(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("A card.")


urlpatterns = [path("card/", card)]
