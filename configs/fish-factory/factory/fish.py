"""The fish, and the model that guesses their weight: for each species log(weight) = a + b * log(length)."""
import csv
import math
import pathlib

CATCH = pathlib.Path(__file__).with_name("fish-catch.csv")
EXPONENT = 3.1  # of fish in general: used while a species has too few weighed fish for one of its own
SAMPLES_MIN = 8


def catch():
    """The 159 fish as dicts: species, weight (g; None where it was not weighed), length and height (cm)."""
    with open(CATCH, newline="") as file:
        return [
            {
                "species": row["species"],
                "weight": float(row["weight_g"]) if row["weight_g"] not in ("", "NA") else None,
                "length": float(row["length3_cm"]),
                "height": round(float(row["height_pct"]) * float(row["length3_cm"]) / 100, 4),
            }
            for row in csv.DictReader(line for line in file if not line.startswith("#"))
        ]


def fit(samples):
    """Least squares over (species, length, weight) rows; returns {species: [a, b]}."""
    points = {}
    for species, length, weight in samples:
        if length and weight:
            points.setdefault(species, []).append((math.log(length), math.log(weight)))
    return {species: _line(rows) for species, rows in points.items()}


def _line(points):
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    slope = EXPONENT
    if len(points) >= SAMPLES_MIN and spread > 0:
        slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
    return [mean_y - slope * mean_x, slope]


def predict(model, species, length):
    """Weight in g, or None for a species that the model has never seen."""
    if species not in model:
        return None
    a, b = model[species]
    return round(math.exp(a + b * math.log(length)), 2)
