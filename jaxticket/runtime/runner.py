"""A network as one list of kernel calls, which machine code goes through without Python between.

Every thread has its own list, in which its share of each kernel's work stands, and waits after each
kernel until all have done theirs.
"""

from llvmlite import binding

FIELDS = ("kernel", "input", "other", "output", "table", "begin", "end")
"""What a list holds of each call, int64."""

_RUN = """
declare i32 @sched_yield()

define void @run(ptr %calls, i64 %count, ptr %arrived, i64 %threads, i64 %base) {
start:
  %alone = icmp eq i64 %threads, 1
  br label %next
next:
  %number = phi i64 [ 0, %start ], [ %done, %after ]
  %call = getelementptr [7 x i64], ptr %calls, i64 %number
  %kernel = load ptr, ptr %call
  %p1 = getelementptr i64, ptr %call, i64 1
  %input = load ptr, ptr %p1
  %p2 = getelementptr i64, ptr %call, i64 2
  %other = load ptr, ptr %p2
  %p3 = getelementptr i64, ptr %call, i64 3
  %output = load ptr, ptr %p3
  %p4 = getelementptr i64, ptr %call, i64 4
  %table = load ptr, ptr %p4
  %p5 = getelementptr i64, ptr %call, i64 5
  %begin = load i64, ptr %p5
  %p6 = getelementptr i64, ptr %call, i64 6
  %end = load i64, ptr %p6
  call void %kernel(ptr %input, ptr %other, ptr %output, ptr %table, i64 %begin, i64 %end)
  %done = add i64 %number, 1
  br i1 %alone, label %after, label %arrive
arrive:
  %arrivals = mul i64 %done, %threads
  %goal = add i64 %base, %arrivals
  %before = atomicrmw add ptr %arrived, i64 1 acq_rel
  br label %wait
wait:
  %turn = phi i64 [ 0, %arrive ], [ %turned, %spin ], [ 0, %rest ]
  %now = load atomic i64, ptr %arrived acquire, align 8
  %waiting = icmp slt i64 %now, %goal
  br i1 %waiting, label %spin, label %after
spin:
  %turned = add i64 %turn, 1
  %patient = icmp slt i64 %turned, 4000
  br i1 %patient, label %wait, label %rest
rest:
  YIELD
  br label %wait
after:
  %more = icmp slt i64 %done, %count
  br i1 %more, label %next, label %end_of_list
end_of_list:
  ret void
}
"""


def runner() -> str:
    """Return the code of `run(list, calls, arrived, threads, base)`, as LLVM's text.

    `arrived` is an int64: how often a thread has come to the end of a kernel; `base` is what it was
    before the first. It is never set back, since a thread may still look at it after the others
    have gone on. Who waits long leaves the processor to others, where the system has a call for
    it.
    """
    can_yield = binding.address_of_symbol("sched_yield") is not None
    code = _RUN.replace("YIELD", "call i32 @sched_yield()" if can_yield else "")
    return code if can_yield else code.replace("declare i32 @sched_yield()", "")
