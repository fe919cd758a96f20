#!/usr/bin/env python3
"""Writes data/tables/*.csv, with a header and named classes, from the tables that Debian's python3-sklearn holds.

  tools/sklearn_tables.py [FOLDER of the package's tables] [--check]

--check compares with the files that are there instead of writing them. The package need not be installed:
  apt-get download python3-sklearn && dpkg -x python3-sklearn_*.deb unpacked
  tools/sklearn_tables.py unpacked/usr/lib/python3/dist-packages/sklearn/datasets/data
"""
import gzip
import pathlib
import sys

INSTALLED = "/usr/lib/python3/dist-packages/sklearn/datasets/data"
TARGET = pathlib.Path(__file__).resolve().parent.parent / "data" / "tables"

IRIS = ["sepal_length", "sepal_width", "petal_length", "petal_width", "species"]
WINE = ["alcohol", "malic_acid", "ash", "alcalinity_of_ash", "magnesium", "total_phenols", "flavanoids",
        "nonflavanoid_phenols", "proanthocyanins", "color_intensity", "hue", "od280_od315", "proline", "cultivar"]
CELLS = ["radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity", "concave_points",
         "symmetry", "fractal_dimension"]
BREAST_CANCER = [f"{kind}_{cell}" for kind in ("mean", "error", "worst") for cell in CELLS] + ["diagnosis"]
DIABETES = ["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6", "target"]


def classes(path, header):
    """Its first line says: rows, features, name of class 0, of class 1, …"""
    lines = path.read_text().splitlines()
    names = lines[0].split(",")[2:]
    rows = [line.split(",") for line in lines[1:]]
    return [header] + [row[:-1] + [names[int(row[-1])]] for row in rows]


def plain(number):
    """59.0 as 59, 1.510000000000000000e+02 as 151."""
    return f"{float(number):.10g}"


def numbers(data, target):
    rows = [line.split() for line in gzip.open(data, "rt")]
    answers = [line.strip() for line in gzip.open(target, "rt")]
    return [DIABETES] + [[plain(cell) for cell in row + [answer]] for row, answer in zip(rows, answers, strict=True)]


def main(arguments):
    folder = pathlib.Path(next((each for each in arguments if not each.startswith("-")), INSTALLED))
    tables = {
        "iris": classes(folder / "iris.csv", IRIS),
        "wine": classes(folder / "wine_data.csv", WINE),
        "breast_cancer": classes(folder / "breast_cancer.csv", BREAST_CANCER),
        "diabetes": numbers(folder / "diabetes_data_raw.csv.gz", folder / "diabetes_target.csv.gz"),
    }
    different = []
    for name, rows in tables.items():
        text = "".join(",".join(row) + "\n" for row in rows)
        path = TARGET / f"{name}.csv"
        if "--check" not in arguments:
            path.write_text(text)
        elif path.read_text() != text:
            different.append(str(path))
    if different:
        sys.exit("not what the package holds: " + ", ".join(different))


if __name__ == "__main__":
    main(sys.argv[1:])
