"""Estimates from pairs of times how much slower the new revision is, with a confidence interval."""

import enum
import math
import statistics
from dataclasses import dataclass

# A benchmark counts as slower if the whole interval lies above this ratio.
TOLERANCE = 1.02

# Student's t, 97.5th percentile, for 1 to 30 degrees of freedom.
T_975 = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086),
    *(2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042),
)


class Verdict(enum.Enum):
    SLOWER = "slower"
    FASTER = "faster"
    SAME = "same"
    UNCLEAR = "unclear"  # the interval is too wide to tell


@dataclass(frozen=True)
class Ratio:
    """The time of the new revision relative to the old one, with its 95 % confidence interval."""

    value: float
    low: float
    high: float

    @property
    def verdict(self):
        if self.low > TOLERANCE:
            return Verdict.SLOWER
        if self.high < 1:
            return Verdict.FASTER
        return Verdict.SAME if self.high <= TOLERANCE else Verdict.UNCLEAR


def ratio(pairs):
    """The geometric mean of new/old over at least two `pairs` of (old, new).

    The interval is Student's t over the logarithms, so that swapping old and new inverts it.
    """
    logs = [math.log(new / old) for old, new in pairs]
    mean = statistics.fmean(logs)
    # Beyond the table, use its last value, which makes the interval slightly too wide.
    t = T_975[min(len(logs) - 1, len(T_975)) - 1]
    margin = t * statistics.stdev(logs) / math.sqrt(len(logs))
    return Ratio(math.exp(mean), math.exp(mean - margin), math.exp(mean + margin))
