"""A plausible, clearly labelled country at national size: plans at three levels, people, a year of progress and reports.

Everything in it is invented («dữ liệu minh họa») except the unit tree and the two real plans on which it stands. Rows are
written in bulk, province by province; the same seed and day give the same rows.
"""

from config.national.load import Refused, Size, load

__all__ = ["Refused", "Size", "load"]
