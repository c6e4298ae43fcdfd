"""What the engine of ``profile`` saw in one slice, its own cost taken out."""

from .calibration import FROM_C, PYTHON, kind

LEAST = 0.1
"""The part of a builtin's time that is taken to be its own at the least: the engine's is not known better than that."""


class Slice:
    """Own time by function, from the engine's entries.

    - ``figures``: ``[code, calls, own, builtin]`` by the id of the code object;
    - ``seconds``: those that belong to any entry, cost and all;
    - ``cost``: the engine's, in seconds;
    - ``builtin``: seconds in builtins;
    - ``earlier_builtin``, ``earlier_outside``: seconds in builtins that were called from functions which ran before the
      engine did, and what the engine added to those functions' time.
    """

    def __init__(self, entries, costs):
        self.figures = {}
        self.seconds = self.cost = self.builtin = 0.0
        # Calls without a caller were made by functions that ran before the engine did: those that are left over in these.
        left = [0] * len(costs.cost)
        left_builtin = 0.0
        # Python functions called from builtins, `sorted` with its key for instance; and the part of each builtin's time
        # that is not the engine's.
        from_c, true_part = {}, {}
        for code, calls, inline, callees in entries:
            self.seconds += inline
            if isinstance(code, str):
                true = inline - calls * costs.inside[kind(code)]
                for callee in callees:
                    which = kind(callee[0])
                    if which == PYTHON:
                        which = FROM_C
                        from_c[id(callee[0])] = from_c.get(id(callee[0]), 0) + callee[1]
                    left[which] -= callee[1]
                    true -= callee[1] * costs.outside[which]
                true = max(true, LEAST * inline)
                true_part[code] = true / inline if inline > 0.0 else 0.0
                self.builtin += true
                left_builtin += true
        for code, calls, inline, callees in entries:
            which = kind(code)
            through = from_c.get(id(code), 0)
            self.cost += (calls - through) * costs.cost[which] + through * costs.cost[FROM_C]
            left[which] += calls - through
            left[FROM_C] += through
            if isinstance(code, str):
                continue
            own = inline - (calls - through) * costs.inside[which] - through * costs.inside[FROM_C]
            builtin = 0.0
            for callee in callees:
                which = kind(callee[0])
                left[which] -= callee[1]
                # The time between the callee's own readings of the clock and the call itself is the engine's.
                own -= callee[1] * costs.outside[which]
                if isinstance(callee[0], str):
                    builtin += callee[4] * true_part.get(callee[0], 0.0)
            left_builtin -= builtin
            self.figures[id(code)] = [code, calls, own / costs.slowdown + builtin, builtin]
        self.earlier_builtin = max(left_builtin, 0.0)
        self.earlier_outside = sum(calls * outside for calls, outside in zip(left, costs.outside))
