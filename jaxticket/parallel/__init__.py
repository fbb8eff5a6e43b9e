"""Several devices and several tickets: a mesh `(ticket, data)` and one program over it.

`mesh` lays devices out, `joint` trains several tickets in one program, `together` lets their
levels take turns. A run of one ticket whose batches are shared by several devices is the same with
one ticket. `evaluation` shares an evaluation among all devices, and `hosts` is about processes that
train as one.
"""

from jaxticket.parallel.evaluation import share_evaluation
from jaxticket.parallel.joint import Joint, Member, Within, joint_step
from jaxticket.parallel.mesh import make_mesh
from jaxticket.parallel.together import together

__all__ = [
    "Joint",
    "Member",
    "Within",
    "joint_step",
    "make_mesh",
    "share_evaluation",
    "together",
]
