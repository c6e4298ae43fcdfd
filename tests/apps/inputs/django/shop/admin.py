from django.contrib import admin

from .models import Shell

admin.site.register(Shell)
