"""What a busy or suspended machine takes is not charged; what a program does to itself is."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass, field

import pytest

from harness.sandbox.inside.withheld import Task, Tasks, Withheld, tasks_of


@dataclass
class Machine:
    """Threads and clocks that move only as told."""

    at: float = 10.0
    own: float = 0.0
    tasks: Tasks = field(default_factory=dict)

    def passes(self, seconds: float, **threads: tuple[float, float]) -> None:
        """So much time; each thread ran and waited so long in it."""
        self.at += seconds
        for name, (ran, waited) in threads.items():
            id = int(name[1:])
            before = self.tasks.get(id, Task(0, 0))
            self.tasks[id] = Task(before.ran + ran, before.waited + waited)

    def look(self) -> Tasks:
        return dict(self.tasks)


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def withheld(machine: Machine) -> Withheld:
    return Withheld(machine.at, clock=lambda: machine.at, own=lambda: machine.own)


def test_a_program_that_waits_by_itself_is_charged(machine: Machine, withheld: Withheld) -> None:
    for _ in range(40):
        machine.passes(0.25, t1=(0.01, 0.0))
        withheld.look(machine.look)
    assert withheld.seconds == 0


def test_a_thread_without_a_processor_is_not(machine: Machine, withheld: Withheld) -> None:
    for _ in range(40):
        machine.passes(0.25, t1=(0.05, 0.2))
        withheld.look(machine.look)
    assert withheld.seconds == pytest.approx(8)


def test_a_crowd_that_crowds_itself_out_is_charged(machine: Machine, withheld: Withheld) -> None:
    crowd = {f"t{number}": (0.05, 0.2) for number in range(20)}
    for _ in range(40):
        machine.passes(0.25, **crowd)
        withheld.look(machine.look)
    assert withheld.seconds == 0


def test_what_waited_in_an_earlier_crowd_earns_nothing_later(machine: Machine, withheld: Withheld) -> None:
    machine.passes(5, **{f"t{number}": (0.5, 4.5) for number in range(20)})
    withheld.look(machine.look)
    for _ in range(40):
        machine.passes(0.25)
        withheld.look(machine.look)
    assert withheld.seconds == 0


def test_a_stand_still_of_everything_is_not_charged(machine: Machine, withheld: Withheld) -> None:
    machine.passes(1, t1=(0.1, 0.0))
    withheld.look(machine.look)
    machine.passes(100)
    withheld.look(machine.look)
    assert withheld.seconds == pytest.approx(100, abs=0.3)


def test_a_supervisor_at_work_is_no_stand_still(machine: Machine, withheld: Withheld) -> None:
    machine.passes(1, t1=(0.1, 0.0))
    withheld.look(machine.look)
    machine.passes(20)
    machine.own += 20
    withheld.look(machine.look)
    assert withheld.seconds == 0


def test_a_supervisor_that_the_program_held_up_is_none_either(machine: Machine, withheld: Withheld) -> None:
    machine.passes(1, t1=(0.1, 0.0))
    withheld.look(machine.look)
    machine.passes(20, t1=(20, 0.0))
    withheld.look(machine.look)
    assert withheld.seconds == 0


def test_short_trials_cost_no_look(machine: Machine, withheld: Withheld) -> None:
    def refused() -> Tasks:
        raise AssertionError("looked")

    machine.passes(0.9)
    withheld.look(refused)


@pytest.mark.skipif(platform.system() != "Linux", reason="the kernel's count is Linux's")
def test_the_kernel_counts_our_own_thread() -> None:
    found = tasks_of([os.getpid(), 999_999_999])
    assert found[os.getpid()].ran > 0
