from tasks.models.answer import Answer
from tasks.models.assignment import Assignment, AssignmentQuerySet
from tasks.models.change import DueChange, NotApplicable, TaskChange
from tasks.models.difficulty import Difficulty, DifficultyStep
from tasks.models.halt import Halt
from tasks.models.incident import Incident, IncidentFile, IncidentWord
from tasks.models.intake import Draft, Intake, IntakeLine, LeftOut, Step
from tasks.models.link import ParentLink
from tasks.models.progress import Evidence, Progress, Verdict
from tasks.models.progress_draft import ProgressDraft
from tasks.models.states import FINISHED, OFF, Part, StaleWrite, State, Timeliness
from tasks.models.tally import Tally
from tasks.models.task import Stage, Task

__all__ = [
    "FINISHED",
    "OFF",
    "Answer",
    "Assignment",
    "AssignmentQuerySet",
    "Difficulty",
    "DifficultyStep",
    "Draft",
    "DueChange",
    "Evidence",
    "Halt",
    "Incident",
    "IncidentFile",
    "IncidentWord",
    "Intake",
    "IntakeLine",
    "LeftOut",
    "NotApplicable",
    "ParentLink",
    "Part",
    "Progress",
    "ProgressDraft",
    "Stage",
    "StaleWrite",
    "State",
    "Step",
    "Tally",
    "Task",
    "TaskChange",
    "Timeliness",
    "Verdict",
]
