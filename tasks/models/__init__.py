from tasks.models.assignment import Answer, Assignment, AssignmentQuerySet
from tasks.models.link import ParentLink
from tasks.models.progress import Evidence, Progress, Verdict
from tasks.models.states import FINISHED, OFF, Part, StaleWrite, State, Timeliness
from tasks.models.tally import Tally
from tasks.models.task import Stage, Task

__all__ = [
    "FINISHED",
    "OFF",
    "Answer",
    "Assignment",
    "AssignmentQuerySet",
    "Evidence",
    "ParentLink",
    "Part",
    "Progress",
    "Stage",
    "StaleWrite",
    "State",
    "Tally",
    "Task",
    "Timeliness",
    "Verdict",
]
