"""Serves steps of PyTorch peers: a line of JSON in, one out.

{"load": folder, "compile": false} → {}: reads a problem that the lab wrote
{"first": 20} → {"losses": […]}: the first steps, with the lab's noise
{"turn": 5, "threads": 2} → {"ms", "processor", "loss"}: steps with noise of its own
An error answers with {"error": message}.
"""

import json
import sys

import torch

from training import Training


def answer(asked, held):
    if "load" in asked:
        held["training"] = Training(asked["load"], asked.get("compile", False))
        return {}
    if "threads" in asked and asked["threads"] != torch.get_num_threads():
        torch.set_num_threads(asked["threads"])
    if "first" in asked:
        return {"losses": held["training"].first(asked["first"])}
    return held["training"].turn(asked["turn"])


held = {}
for line in sys.stdin:
    try:
        told = answer(json.loads(line), held)
    except Exception as failure:
        told = {"error": f"{type(failure).__name__}: {str(failure).strip().splitlines()[0] if str(failure) else ''}"}
    print(json.dumps(told), flush=True)
