package dev.attune.core.scoring;

/** From margins to predictions, by the objective, in XGBoost's own arithmetic. */
enum LinkFunction {
  SOFTMAX {
    @Override
    float[] apply(float[] margins) {
      float max = Float.NEGATIVE_INFINITY;
      for (float margin : margins) {
        max = Math.max(max, margin);
      }
      float[] shares = new float[margins.length];
      double sum = 0;
      for (int i = 0; i < margins.length; i++) {
        shares[i] = (float) Math.exp(margins[i] - max);
        sum += shares[i];
      }
      for (int i = 0; i < shares.length; i++) {
        shares[i] /= (float) sum;
      }
      return shares;
    }
  },
  /** One margin, two labels: the second's probability is the sigmoid. */
  LOGISTIC {
    @Override
    float[] apply(float[] margins) {
      float probability = sigmoid(margins[0]);
      return new float[] {1 - probability, probability};
    }
  },
  SIGMOID {
    @Override
    float[] apply(float[] margins) {
      float[] values = new float[margins.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = sigmoid(margins[i]);
      }
      return values;
    }
  },
  EXP {
    @Override
    float[] apply(float[] margins) {
      float[] values = new float[margins.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) Math.exp(margins[i]);
      }
      return values;
    }
  },
  IDENTITY {
    @Override
    float[] apply(float[] margins) {
      return margins.clone();
    }
  };

  abstract float[] apply(float[] margins);

  /** How many values come of so many margins. */
  int width(int margins) {
    return this == LOGISTIC ? 2 : margins;
  }

  private static float sigmoid(float margin) {
    return 1.0f / ((float) Math.exp(Math.min(-margin, 88.7f)) + 1.0f + 1e-16f);
  }

  static LinkFunction of(String objective) throws ModelException {
    return switch (objective) {
      case "multi:softprob", "multi:softmax" -> SOFTMAX;
      case "binary:logistic" -> LOGISTIC;
      case "reg:logistic" -> SIGMOID;
      case "count:poisson", "reg:gamma", "reg:tweedie" -> EXP;
      case "binary:logitraw",
          "reg:squarederror",
          "reg:squaredlogerror",
          "reg:absoluteerror",
          "reg:pseudohubererror",
          "reg:quantileerror",
          "rank:ndcg",
          "rank:map",
          "rank:pairwise" ->
          IDENTITY;
      default ->
          throw new ModelException(
              "The objective "
                  + objective
                  + " is not supported; use multi:softprob,"
                  + " binary:logistic, reg:* or rank:*.");
    };
  }
}
