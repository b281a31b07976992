from training.models.certificates import Certificate, ExternalTraining, Result
from training.models.classes import Attendance, ClassSession, Enrolment, TrainingClass
from training.models.contests import Contest, ContestCount
from training.models.needs import NeedReply, NeedStep, TrainingCall, TrainingNeed
from training.models.topics import Material, Topic, Venue

__all__ = [
    "Attendance",
    "Certificate",
    "ClassSession",
    "Contest",
    "ContestCount",
    "Enrolment",
    "ExternalTraining",
    "Material",
    "NeedReply",
    "NeedStep",
    "Result",
    "Topic",
    "TrainingCall",
    "TrainingClass",
    "TrainingNeed",
    "Venue",
]
