from django.contrib.auth import get_user_model
from django.test import TestCase

from .models import Shell


class Pages(TestCase):
    def test_shells_are_listed(self):
        Shell.objects.create(name="whelk")
        self.assertContains(self.client.get("/shells/"), "<li>WHELK!</li>")

    def test_the_admin_speaks_german(self):
        self.client.force_login(get_user_model().objects.create_superuser("root", "", "secret"))
        answer = self.client.get("/admin/", headers={"accept-language": "de"})
        self.assertContains(answer, "Website-Verwaltung")
