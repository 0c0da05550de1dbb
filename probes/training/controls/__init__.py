"""Other detectors, measured on the same texts with the same metrics as ours.

The `controls` extra brings what they need; nothing outside this package imports it.
"""

from probes.training.controls.report import Comparison, ControlResult, ControlsReport
from probes.training.controls.run import CONTROLS, Candidate, ControlsConfig, run_controls

__all__ = ["CONTROLS", "Candidate", "Comparison", "ControlResult", "ControlsConfig", "ControlsReport", "run_controls"]
