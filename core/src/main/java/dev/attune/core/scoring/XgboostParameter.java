package dev.attune.core.scoring;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a parameter of XGBoost can be. Names, types and ranges are those of its documentation, as
 * far as they belong to trees that tell several labels apart:
 * https://xgboost.readthedocs.io/en/stable/parameter.html.
 */
sealed interface XgboostParameter {
  /**
   * By name. Of a parameter with two names, only the one under which XGBoost documents it first.
   */
  Map<String, XgboostParameter> ALL = all();

  /** The second names of some. */
  Map<String, String> ALIASES =
      Map.of(
          "learning_rate", "eta",
          "min_split_loss", "gamma",
          "reg_lambda", "lambda",
          "reg_alpha", "alpha",
          "n_jobs", "nthread",
          "random_state", "seed");

  /** Why a value can't be it, as a sentence's end; empty when it can. */
  Optional<String> problem(String value);

  /**
   * A number within bounds; infinity where there is none.
   *
   * @param above whether {@code least} itself is too little
   */
  record Number(double least, boolean above, double most, boolean whole)
      implements XgboostParameter {
    private static final Pattern WHOLE = Pattern.compile("[+-]?\\d{1,18}");
    private static final Pattern DECIMAL =
        Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

    @Override
    public Optional<String> problem(String value) {
      if (!(whole ? WHOLE : DECIMAL).matcher(value).matches()) {
        return Optional.of(expected());
      }
      double number = Double.parseDouble(value);
      boolean fits = (above ? number > least : number >= least) && number <= most;
      return fits ? Optional.empty() : Optional.of(expected());
    }

    private String expected() {
      String kind = whole ? "must be a whole number" : "must be a number";
      if (least == Double.NEGATIVE_INFINITY) {
        return kind;
      }
      if (above) {
        return kind + " above %.0f and at most %.0f".formatted(least, most);
      }
      String to = most < Integer.MAX_VALUE ? "to %.0f".formatted(most) : "up";
      return kind + " from %.0f %s".formatted(least, to);
    }
  }

  /** One of some words. */
  record Choice(List<String> words) implements XgboostParameter {
    @Override
    public Optional<String> problem(String value) {
      return words.contains(value)
          ? Optional.empty()
          : Optional.of("must be one of " + String.join(", ", words));
    }
  }

  /** Whatever XGBoost takes. */
  record Text() implements XgboostParameter {
    @Override
    public Optional<String> problem(String value) {
      return Optional.empty();
    }
  }

  private static XgboostParameter number(double least, double most) {
    return new Number(least, false, most, false);
  }

  private static XgboostParameter atLeast(double least) {
    return number(least, Double.POSITIVE_INFINITY);
  }

  private static XgboostParameter whole(double least) {
    return new Number(least, false, Integer.MAX_VALUE, true);
  }

  private static XgboostParameter choice(String... words) {
    return new Choice(Arrays.asList(words));
  }

  private static Map<String, XgboostParameter> all() {
    XgboostParameter share = new Number(0, true, 1, false);
    XgboostParameter flag = choice("true", "false", "1", "0");
    Map<String, XgboostParameter> all = new TreeMap<>();
    general(all, flag);
    trees(all, share);
    dart(all, flag);
    return Map.copyOf(all);
  }

  private static void general(Map<String, XgboostParameter> all, XgboostParameter flag) {
    // gblinear has no trees
    all.put("booster", choice("gbtree", "dart"));
    all.put("device", new Text());
    all.put("verbosity", new Number(0, false, 3, true));
    all.put("validate_parameters", flag);
    all.put("nthread", whole(0));
    all.put("seed", new Number(Double.NEGATIVE_INFINITY, false, Double.POSITIVE_INFINITY, true));
    all.put("seed_per_iteration", flag);
    all.put("disable_default_eval_metric", flag);
    all.put("eval_metric", new Text());
    all.put("base_score", new Text());
  }

  private static void trees(Map<String, XgboostParameter> all, XgboostParameter share) {
    all.put("eta", number(0, 1));
    all.put("gamma", atLeast(0));
    all.put("max_depth", whole(0));
    all.put("min_child_weight", atLeast(0));
    all.put("max_delta_step", atLeast(0));
    all.put("subsample", share);
    all.put("sampling_method", choice("uniform", "gradient_based"));
    all.put("colsample_bytree", share);
    all.put("colsample_bylevel", share);
    all.put("colsample_bynode", share);
    all.put("lambda", atLeast(0));
    all.put("alpha", atLeast(0));
    all.put("tree_method", choice("auto", "exact", "approx", "hist"));
    all.put("updater", new Text());
    // the other one changes the trees of a model that is there already
    all.put("process_type", choice("default"));
    all.put("grow_policy", choice("depthwise", "lossguide"));
    all.put("max_leaves", whole(0));
    all.put("max_bin", whole(2));
    all.put("num_parallel_tree", whole(1));
    all.put("monotone_constraints", new Text());
    all.put("interaction_constraints", new Text());
    // trees of the other kind can't be scored
    all.put("multi_strategy", choice("one_output_per_tree"));
    all.put("max_cat_to_onehot", whole(1));
    all.put("max_cat_threshold", whole(1));
    all.put("max_cached_hist_node", whole(0));
  }

  private static void dart(Map<String, XgboostParameter> all, XgboostParameter flag) {
    all.put("sample_type", choice("uniform", "weighted"));
    all.put("normalize_type", choice("tree", "forest"));
    all.put("rate_drop", number(0, 1));
    all.put("one_drop", flag);
    all.put("skip_drop", number(0, 1));
  }
}
