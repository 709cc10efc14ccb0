"""Illustrative life on the two real plans: invented people, and what they did from the plans' dates to a day.

Everything happens through the product's own verbs, at past moments, in their order; the same day gives the same story, and a
later day only continues it.
"""

from config.demo.load import OutsideDemo, load

__all__ = ["OutsideDemo", "load"]
