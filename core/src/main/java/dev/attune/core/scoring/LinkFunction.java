package dev.attune.core.scoring;

import java.util.Arrays;

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
  /** Several quantiles of one row never cross. */
  SORTED {
    @Override
    float[] apply(float[] margins) {
      float[] values = margins.clone();
      Arrays.sort(values);
      return values;
    }
  },
  /** The first value, then by how much each is above the one before. */
  INCREMENTS {
    @Override
    float[] apply(float[] margins) {
      float[] values = margins.clone();
      for (int i = 1; i < values.length; i++) {
        values[i] = values[i - 1] + LEAST_STEP + softPlus(margins[i]);
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

  static final String EXPECTILE_OBJECTIVE = "reg:expectileerror";

  /** XGBoost's {@code kRtEps}. */
  private static final float LEAST_STEP = 1e-6f;

  /** Of an objective that is told back. */
  private static final int LONGEST_NAME = 60;

  /** From here on {@code eˣ − 1} is {@code eˣ} to a float. */
  private static final float LARGE = 20;

  abstract float[] apply(float[] margins);

  /** How many values come of so many margins. */
  int width(int margins) {
    return this == LOGISTIC ? 2 : margins;
  }

  private static float sigmoid(float margin) {
    return 1.0f / ((float) Math.exp(Math.min(-margin, 88.7f)) + 1.0f + 1e-16f);
  }

  private static float softPlus(float margin) {
    return (float) (Math.max(margin, 0) + Math.log1p(Math.exp(-Math.abs(margin))));
  }

  /** The margin of a step between two expectiles. */
  static float inverseSoftPlus(float step) {
    float above = Math.max(step - LEAST_STEP, Float.MIN_NORMAL);
    return above > LARGE ? above : (float) Math.log(Math.expm1(above));
  }

  /** Of an objective's name, which is a file's text. */
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
          "rank:ndcg",
          "rank:map",
          "rank:pairwise" ->
          IDENTITY;
      case "reg:quantileerror" -> SORTED;
      case EXPECTILE_OBJECTIVE -> INCREMENTS;
      default ->
          throw new ModelException(
              "The objective "
                  + objective.substring(0, Math.min(objective.length(), LONGEST_NAME))
                  + " is not supported; use multi:softprob,"
                  + " binary:logistic, reg:* or rank:*.");
    };
  }
}
