"""Registration for a course: prices, coupons, payment."""
