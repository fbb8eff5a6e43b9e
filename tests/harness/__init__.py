"""Faults on purpose: runs ended at any moment, disks that forget what was not synced, changed code.

Each module is a command, and what it tries in its short form is a test:

    python -m tests.harness.kills --moments=100
    python -m tests.harness.power_loss --states=all
    python -m tests.harness.full_disk
    python -m tests.harness.mutation --mutants=100
    python -m tests.harness.load --out=load.png
"""
