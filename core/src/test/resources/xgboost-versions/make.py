"""Makes the models of this folder and what XGBoost itself says of them; README.md says how to run it.

    python3 make.py VERSION PATH_OF_LIBXGBOOST4J
"""

import ctypes
import json
import math
import os
import random
import struct
import sys

version, library = sys.argv[1:]
xgb = ctypes.CDLL(library)
xgb.XGBGetLastError.restype = ctypes.c_char_p
pick = random.Random(18)
ROWS, ASKED, COLUMNS = 300, 12, 4


def call(name, *args):
    if getattr(xgb, name)(*args) != 0:
        raise RuntimeError(xgb.XGBGetLastError().decode())


def values(count, categories):
    def value(column):
        if pick.random() < 0.1:
            return math.nan
        return float(pick.randrange(9)) if categories and column == 0 else pick.gauss(0, 1)

    rows = [[value(column) for column in range(COLUMNS)] for _ in range(count)]
    # as the floats that XGBoost gets
    return [list(struct.unpack("4f", struct.pack("4f", *row))) for row in rows]


def matrix(rows, categories):
    flat = [value for row in rows for value in row]
    handle = ctypes.c_void_p()
    data = (ctypes.c_float * len(flat))(*flat)
    missing = ctypes.c_float(math.nan)
    size = ctypes.c_uint64(len(rows)), ctypes.c_uint64(COLUMNS)
    call("XGDMatrixCreateFromMat", data, *size, missing, ctypes.byref(handle))
    if categories:
        types = (ctypes.c_char_p * COLUMNS)(b"c", *[b"float"] * (COLUMNS - 1))
        call("XGDMatrixSetStrFeatureInfo", handle, b"feature_type", types, ctypes.c_uint64(COLUMNS))
    return handle


def label(row, classes):
    signal = (0 if math.isnan(row[0]) else math.sin(2 * row[0])) + pick.gauss(0, 0.5)
    return math.floor(abs(signal) * classes) % classes if classes else signal


def say(booster, rows, margin, end):
    config = {"type": int(margin), "training": False, "strict_shape": True}
    config |= {"iteration_begin": 0, "iteration_end": end}
    shape, width = ctypes.POINTER(ctypes.c_uint64)(), ctypes.c_uint64()
    result = ctypes.POINTER(ctypes.c_float)()
    out = [ctypes.byref(each) for each in (shape, width, result)]
    call("XGBoosterPredictFromDMatrix", booster, rows, json.dumps(config).encode(), *out)
    each = math.prod(shape[i] for i in range(1, width.value))
    return [[result[i * each + j] for j in range(each)] for i in range(ASKED)]


def save(file, rounds, best=None, classes=2, categories=False, **params):
    rows = values(ROWS, categories)
    train = matrix(rows, categories)
    labels = (ctypes.c_float * ROWS)(*[label(row, classes) for row in rows])
    call("XGDMatrixSetFloatInfo", train, b"label", labels, ctypes.c_uint64(ROWS))
    booster = ctypes.c_void_p()
    call("XGBoosterCreate", (ctypes.c_void_p * 1)(train), ctypes.c_uint64(1), ctypes.byref(booster))
    settings = {"nthread": 1, "seed": 18, "max_depth": 2, "tree_method": "hist"} | params
    for name, value in settings.items():
        call("XGBoosterSetParam", booster, name.encode(), str(value).encode())
    for round_ in range(rounds):
        call("XGBoosterUpdateOneIter", booster, round_, train)
    if best is not None:
        # what early stopping leaves behind
        call("XGBoosterSetAttr", booster, b"best_iteration", str(best).encode())
    call("XGBoosterSaveModel", booster, f"{version}/{file}".encode())
    asked = values(ASKED, categories)
    question = matrix(asked, categories)
    end = 0 if best is None else best + 1
    return {
        "rows": [[None if math.isnan(value) else value for value in row] for row in asked],
        "margins": say(booster, question, True, end),
        "predictions": say(booster, question, False, end),
    }


os.makedirs(version, exist_ok=True)
expected = {
    "stopped.json": save(
        "stopped.json",
        5,
        2,
        3,
        objective="multi:softprob",
        num_class=3,
        num_parallel_tree=2,
        subsample=0.6,
    ),
    "stopped.ubj": save("stopped.ubj", 5, 1, objective="binary:logistic"),
    "categories.json": save(
        "categories.json", 2, categories=True, objective="binary:logistic", max_cat_to_onehot=2
    ),
    "dart.ubj": save(
        "dart.ubj", 6, 3, 0, objective="reg:squarederror", booster="dart", rate_drop=0.5
    ),
}
major, minor = map(int, version.split(".")[:2])
if major >= 2:
    quantiles = {"objective": "reg:quantileerror", "quantile_alpha": "[0.1,0.5,0.9]"}
    # learns so fast that the quantiles of some rows cross
    expected["quantiles.json"] = save("quantiles.json", 3, None, 0, eta=3, **quantiles)
if (major, minor) >= (3, 3):
    expectiles = {"objective": "reg:expectileerror", "expectile_alpha": "[0.2,0.8]"}
    expected["expectiles.ubj"] = save("expectiles.ubj", 3, None, 0, **expectiles)
with open(f"{version}/expected.json", "w") as out:
    out.write("{\n")
    out.write(",\n".join(f'"{name}": {json.dumps(said)}' for name, said in expected.items()))
    out.write("\n}\n")
