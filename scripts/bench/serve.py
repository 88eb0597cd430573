"""Answers lines of step counts on standard input with {"ms", "loss", "bytes"} as JSON."""

import json
import resource
import sys
import time


def resident():
    """Bytes of this process now, and the most of them since `forget_peak`; None where Linux does not tell."""
    try:
        with open("/proc/self/status") as status:
            fields = dict(line.split(":", 1) for line in status)
        return tuple(1024 * int(fields[name].split()[0]) for name in ("VmRSS", "VmHWM"))
    except (OSError, KeyError):
        return None


def forget_peak():
    try:
        with open("/proc/self/clear_refs", "w") as control:
            control.write("5")
    except OSError:
        pass


def begin():
    """Call after the imports: what they took is not the step's."""
    forget_peak()
    return resident()


def taken(at_start):
    now = resident()
    if at_start and now:
        return now[1] - at_start[0]
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def serve(step, at_start):
    """`step()` trains once and returns the loss; bytes are the most that the process took beyond `at_start`."""
    for line in sys.stdin:
        steps = int(line)
        began = time.perf_counter()
        for _ in range(steps):
            loss = step()
        loss = float(loss)
        ms = 1e3 * (time.perf_counter() - began)
        print(json.dumps({"ms": ms, "loss": loss, "bytes": taken(at_start)}), flush=True)
