from django.db import models


class Shell(models.Model):
    name = models.CharField(max_length=40)
    found = models.DateTimeField(auto_now_add=True)
