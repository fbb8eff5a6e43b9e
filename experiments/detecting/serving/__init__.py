"""What detect --serve does: a page on this machine that answers the files dropped on it.

`server` binds a socket and ends on a signal, `app` has the routes, `guard` refuses other sites,
`upload` saves within `limits`. What opens files, `worker`, is a process of its own, which `process`
asks and ends; they speak by `messages`. Nothing of an upload outlives its answer.
"""
