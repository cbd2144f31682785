package dev.attune.core.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.scoring.XgboostParameter.Choice;
import dev.attune.core.scoring.XgboostParameter.Text;
import java.util.HashMap;
import java.util.Map;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.junit.jupiter.api.Test;

/** The list of parameters, held against the XGBoost that trains. */
class XgboostParameterTest {
  @Test
  void xgboostReadsEachParameterOfTheList() {
    assertThat(XgboostParameter.ALL.keySet())
        .filteredOn(name -> XgboostParameter.ALL.get(name) instanceof Text || refuses(name))
        .containsExactlyInAnyOrderElementsOf(XgboostParameter.ALL.keySet());
  }

  @Test
  void xgboostPassesOverWhatIsNotOfTheList() throws XGBoostError {
    train(Map.of("max_dpeth", "fast"));

    assertThat(XgboostParameter.ALL).doesNotContainKey("max_dpeth");
  }

  @Test
  void xgboostTakesEveryWord() throws XGBoostError {
    for (Map.Entry<String, XgboostParameter> each : XgboostParameter.ALL.entrySet()) {
      if (each.getValue() instanceof Choice choice) {
        for (String word : choice.words()) {
          if (!word.equals("gradient_based")) {
            train(Map.of(each.getKey(), word));
          }
        }
      }
    }
  }

  private static boolean refuses(String name) {
    try {
      train(Map.of(name, "fast"));
      return false;
    } catch (XGBoostError e) {
      return true;
    }
  }

  private static void train(Map<String, String> parameters) throws XGBoostError {
    Map<String, Object> all = new HashMap<>();
    all.put("booster", "dart");
    all.put("tree_method", "hist");
    all.put("objective", "multi:softprob");
    all.put("num_class", 3);
    all.put("verbosity", 0);
    all.putAll(parameters);
    DMatrix rows = new DMatrix(new float[] {0, 1, 2, 3, 4, 5}, 3, 2, Float.NaN);
    rows.setLabel(new float[] {0, 1, 2});
    Booster booster = XGBoost.train(rows, all, 2, Map.of(), null, null);
    booster.dispose();
    rows.dispose();
  }
}
