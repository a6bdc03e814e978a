"""A page that lay askew on the scanner: the angle found by how sharply its lines stand apart, and boxes turned back again."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Any

from kb.ingestion.readers.blocks import Box

_WIDTH = 800
_WIDEST = 3.0
_STEP = 0.25
_LEAST = 0.2


@dataclass(frozen=True, slots=True)
class Straightened:
    """A picture turned upright by `angle` degrees, and the size that it had and keeps."""

    image: Any
    angle: float

    def turned_back(self, box: Box) -> Box:
        """The box around the same place in the picture as it came."""
        if not self.angle:
            return box
        cx, cy = self.image.width / 2, self.image.height / 2
        turn = math.radians(self.angle)
        cos, sin = math.cos(turn), math.sin(turn)
        corners = [(x - cx, y - cy) for x in (box[0], box[2]) for y in (box[1], box[3])]
        xs = [cx + x * cos - y * sin for x, y in corners]
        ys = [cy + x * sin + y * cos for x, y in corners]
        return min(xs), min(ys), max(xs), max(ys)


def straighten(image: Any) -> Straightened:
    """The picture with its lines level; as it is when it was level, or no angle is clearly better."""
    angle = _angle(image)
    if abs(angle) < _LEAST:
        return Straightened(image, 0.0)
    from PIL import Image

    return Straightened(image.rotate(angle, resample=Image.Resampling.BICUBIC, fillcolor=255), angle)


def _angle(image: Any) -> float:
    height = max(1, image.height * _WIDTH // max(image.width, 1))
    small = image.convert("L").resize((_WIDTH, height)).point(lambda value: 255 if value < 160 else 0)
    steps = round(_WIDEST / _STEP)
    return max(
        (step * _STEP for step in range(-steps, steps + 1)), key=lambda angle: (_sharpness(small, angle), -abs(angle))
    )


def _sharpness(small: Any, angle: float) -> float:
    """How different neighbouring rows are in ink: level lines of print make it largest."""
    rows = small.rotate(angle, fillcolor=0).resize((1, small.height), resample=4).tobytes()
    return float(sum((a - b) ** 2 for a, b in itertools.pairwise(rows)))
