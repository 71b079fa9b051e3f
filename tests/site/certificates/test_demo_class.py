"""The class to look at: whole, quiet, and never put over people who are there."""

from __future__ import annotations

import io

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from tests.site.enrollment.conftest import wish

from frechet_site.accounts.models import User
from frechet_site.certificates.models import Certificate
from frechet_site.enrollment import orders
from frechet_site.enrollment.models import Coupon, Order, Registration
from frechet_site.enrollment.offers import current_offer


@pytest.mark.django_db(transaction=True)
def test_the_class_is_made_once_and_sends_no_mail(client: Client) -> None:
    told = io.StringIO()
    call_command("demo_class", stdout=told)
    call_command("demo_class", stdout=io.StringIO())
    assert Registration.objects.count() == 12
    assert Order.objects.filter(state="open").count() == 1
    assert {coupon.code: coupon.used for coupon in Coupon.objects.all()} == {
        "CLASS": 6,
        "SPRING-20": 6,
        "TEN-OFF": 0,
    }
    assert Certificate.objects.get().name == "Ada Lovelace"
    assert mail.outbox == []
    instructor = User.objects.get(email="instructor@class.example")
    assert instructor.check_password(told.getvalue().split()[-1])
    assert not instructor.check_password("a demo password")
    client.force_login(instructor)
    numbers = client.get("/enroll/instructor/").context["numbers"]
    assert (numbers["registered"], numbers["complete"], numbers["income"]) == (12, 1, ["€235.20"])


def test_a_site_with_learners_of_its_own_is_left_alone(learner: User) -> None:
    orders.place(learner, current_offer(), wish())
    with pytest.raises(CommandError, match="learners of its own"):
        call_command("demo_class")
    assert User.objects.count() == 1
