"""Makes the models of this folder and what XGBoost itself says of them.

    apt-get install python3-xgboost && /usr/bin/python3 train.py

The files here came from Debian 13's python3-xgboost 3.0.0. Each model is one that the tests name:
columns with names, missing values, early stopping, categories, DART, both file formats.
"""

import json

import numpy as np
import xgboost as xgb

ROWS, ASKED = 600, 40
LABELS = ["account", "refund", "shipping"]
PAGES = ["/refund", "/shipping", "/account"]
random = np.random.default_rng(7)


def shop(count):
    """views, opened and the page one-hot, as rows.csv of the small shop's playbook gives them."""
    page = random.integers(-1, 3, count)
    x = np.zeros((count, 5), dtype=np.float32)
    x[:, 0] = random.integers(0, 9, count)
    x[:, 1] = random.integers(0, 2, count)
    for i in range(3):
        x[:, 2 + i] = np.where(page < 0, np.nan, page == i)
    x[random.random(count) < 0.1, 0] = np.nan
    wanted = np.array([LABELS.index(p[1:]) for p in PAGES] + [0])[page]
    label = np.where(random.random(count) < 0.8, wanted, random.integers(0, 3, count))
    return x, label


def numbers(count):
    x = random.normal(size=(count, 6)).astype(np.float32)
    x[random.random(x.shape) < 0.1] = np.nan
    return x, np.nan_to_num(x[:, 0] - 2 * x[:, 3]) + random.normal(size=count) / 4


def categories(count):
    x, y = numbers(count)
    x[:, 0] = random.integers(0, 12, count)
    x[random.random(count) < 0.1, 0] = np.nan
    return x, (np.isin(x[:, 0], [1, 4, 7, 11]) ^ (random.random(count) < 0.1)).astype(int)


def save(file, params, rounds, data, names, types=None, stop=None):
    def matrix(x, label=None):
        return xgb.DMatrix(
            x, label=label, feature_names=names, feature_types=types, enable_categorical=True
        )

    asked, _ = data(ASKED)
    model = xgb.train(
        params | {"nthread": 1, "seed": 7},
        matrix(*data(ROWS)),
        num_boost_round=rounds,
        evals=[(matrix(*data(ROWS)), "held_out")],
        early_stopping_rounds=stop,
        verbose_eval=False,
    )
    model.save_model(file)
    used = model.best_iteration + 1 if stop else rounds

    def say(margin):
        said = model.predict(matrix(asked), output_margin=margin, iteration_range=(0, used))
        return said.reshape(ASKED, -1).tolist()

    return {
        "rounds": model.num_boosted_rounds(),
        "used": used,
        "rows": [[None if np.isnan(v) else float(v) for v in row] for row in asked],
        "margins": say(True),
        "predictions": say(False),
    }


softprob = {"objective": "multi:softprob", "num_class": 3, "max_depth": 3}
shop_columns = ["views", "opened"] + [f"page={page}" for page in PAGES]
letters = list("abcdef")
expected = {
    "intent.ubj": save("intent.ubj", softprob, 40, shop, shop_columns, stop=3),
    "intent.json": save("intent.json", softprob, 4, shop, shop_columns),
    "categories.ubj": save(
        "categories.ubj",
        {"objective": "binary:logistic", "max_depth": 4, "max_cat_to_onehot": 2},
        6,
        categories,
        letters,
        ["c"] + ["q"] * 5,
    ),
    "dart.ubj": save(
        "dart.ubj",
        {"objective": "reg:squarederror", "booster": "dart", "rate_drop": 0.4, "max_depth": 4},
        8,
        numbers,
        letters,
    ),
    "forest.ubj": save(
        "forest.ubj",
        {"objective": "count:poisson", "num_parallel_tree": 3, "subsample": 0.7, "max_depth": 3},
        4,
        lambda count: (lambda x, y: (x, np.abs(np.rint(y))))(*numbers(count)),
        letters,
    ),
}
with open("expected.json", "w") as out:
    out.write("{\n")
    out.write(",\n".join(f'"{name}": {json.dumps(said)}' for name, said in expected.items()))
    out.write("\n}\n")
