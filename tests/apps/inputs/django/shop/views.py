from django.shortcuts import render

from .models import Shell


def shells(request):
    return render(request, "shop/shells.html", {"shells": Shell.objects.order_by("name")})
