"""Prints the scalars of a run, as read by the real TensorBoard, as JSON:
{"TAG": {"explanation": "...", "points": [[step, value, wall_time], ...]}, ...}

Usage: read_events.py FOLDER, with the packages of tools/python-requirements.txt.
"""

import json
import sys

from tensorboard.backend.event_processing import plugin_event_accumulator
from tensorboard.util import tensor_util


def read(folder):
    events = plugin_event_accumulator.EventAccumulator(
        folder, tensor_size_guidance={"scalars": 0}  # 0: every point
    )
    events.Reload()
    return {
        tag: {
            "explanation": events.SummaryMetadata(tag).summary_description,
            "points": [
                [e.step, tensor_util.make_ndarray(e.tensor_proto).item(), e.wall_time]
                for e in events.Tensors(tag)
            ],
        }
        for tag in events.PluginTagToContent("scalars")
    }


if __name__ == "__main__":
    json.dump(read(sys.argv[1]), sys.stdout)
