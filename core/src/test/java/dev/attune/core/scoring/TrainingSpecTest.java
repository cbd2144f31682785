package dev.attune.core.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.feature.FeatureSet;
import dev.attune.core.segment.SegmentSet;
import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingSpecTest {
  private final Problems problems = new Problems();

  @Test
  void readsTheWholeFile() {
    TrainingSpec spec =
        parse(
            """
            label: {event: issue_opened, field: category, for: message_sent, within: 10m}
            split: {test: 25%}
            columns: {clicks: none, locale: target}
            text: {bits: 12, epochs: 3}
            xgboost: {rounds: 7, eta: 0.3}
            gates: {top1: {at_least: 0.4, above: majority_top1}}
            """);

    assertThat(problems.list()).isEmpty();
    assertThat(spec.testShare()).isEqualTo(0.25);
    assertThat(spec.boosting().rounds()).isEqualTo(7);
    assertThat(spec.boosting().parameters())
        .containsEntry("eta", "0.3")
        .doesNotContainKey("rounds");
    assertThat(spec.columns()).containsEntry("locale", TrainingSpec.Column.TARGET);
  }

  @Test
  void segmentsAreColumnsUnlessTheyAreLeftOut() {
    assertThat(parse("columns: {}").encoding("clicker")).isEqualTo(TrainingSpec.Column.MEMBER);
    assertThat(parse("columns: {segment:clicker: none}").encoding("clicker"))
        .isEqualTo(TrainingSpec.Column.NONE);
    assertThat(problems.list()).isEmpty();
  }

  @Test
  void gatesSayWhatIsMissing() {
    TrainingSpec spec = parse("gates: {top1: {at_least: 0.4, above: majority_top1}}");

    assertThat(spec.failures(Map.of("top1", 0.5, "majority_top1", 0.3))).isEmpty();
    assertThat(spec.failures(Map.of("top1", 0.3, "majority_top1", 0.2)))
        .containsExactly("top1 is 0.300, at least 0.400 is asked");
    assertThat(spec.failures(Map.of("top1", 0.5, "majority_top1", 0.6)))
        .containsExactly("top1 is 0.500, not above majority_top1");
    assertThat(spec.failures(Map.of())).hasSize(1);
  }

  @Test
  void aLabelIsTheNextValueOrOneOfTwoConditions() {
    assertThat(label("{event: issue_opened, field: category, for: clicked}").rule().text())
        .isEqualTo("issue_opened.category");
    assertThat(label("{yes: issue_resolved, for: clicked}").rule().untold()).isEqualTo("no");
    assertThat(label("{yes: issue_resolved, values: [solved, open], for: clicked}").rule().untold())
        .isEqualTo("open");
    assertThat(label("{yes: issue_resolved, no: session_ended, for: clicked}").rule().untold())
        .isNull();
  }

  @Test
  void aLabelThatCannotBeToldIsAMistake() {
    parse("label: {event: issue_opned, field: category, for: clicked}");
    parse("label: {event: issue_opened, field: categry, for: clicked}");
    parse("label: {yes: issue_resolved, event: issue_opened, for: clicked}");
    parse("label: {yes: issue_resolved, values: [a, b, c], for: clicked}");
    parse("label: {yes: issue_resolved where nothing > 3, for: clicked}");
    parse("xgboost: {class_weights: some, candidates: 99}");

    assertThat(problems.list())
        .extracting(problem -> problem.message().split(";", 2)[0])
        .containsExactlyInAnyOrder(
            "unknown event type `issue_opned` (did you mean `issue_opened`?)",
            "`issue_opened` has no field `categry` (did you mean `category`?)",
            "`yes` and `no` stand in place of `event` and `field`",
            "`values` names two labels here, that of `yes` first",
            "unknown name `nothing` (known: category, channel, context.consent, context.page, context.referrer, context.sdk, context.timezone, context.userAgent, issueId, locale, resolution, sessionId)",
            "`class_weights` is `none` or `balanced`",
            "`xgboost.candidates` must be a whole number from 1 to 12, not 99");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "xgboost: {max_dpeth: 2}"
            + "| 1:11 XGBoost has no parameter `max_dpeth` (did you mean `max_depth`?)",
        "xgboost: {eta_: 0.9} | 1:11 XGBoost has no parameter `eta_` (did you mean `eta`?)",
        "xgboost: {ruonds: 9} | 1:11 XGBoost has no parameter `ruonds` (did you mean `rounds`?)",
        "xgboost: {eta: fast} | 1:16 `xgboost.eta` must be a number from 0 to 1, not `fast`",
        "xgboost: {eta: 3} | 1:16 `xgboost.eta` must be a number from 0 to 1, not `3`",
        "xgboost: {max_depth: 4.5}"
            + "| 1:22 `xgboost.max_depth` must be a whole number from 0 up, not `4.5`",
        "xgboost: {subsample: 0}"
            + "| 1:22 `xgboost.subsample` must be a number above 0 and at most 1, not `0`",
        "xgboost: {lambda: -1} | 1:19 `xgboost.lambda` must be a number from 0 up, not `-1`",
        "xgboost: {booster: gblinear}"
            + "| 1:20 `xgboost.booster` must be one of gbtree, dart, not `gblinear`",
        "xgboost: {objective: 'reg:squarederror'}"
            + "| 1:11 `objective` can't be set: the labels decide it",
        "xgboost: {scale_pos_weight: 2}"
            + "| 1:11 `scale_pos_weight` can't be set: `class_weights: balanced` is for labels",
        "xgboost: {eta: 0.1, learning_rate: 0.2}"
            + "| 1:21 `eta` and `learning_rate` are the same parameter",
        "gates: {least_recall: {at_least: 10}}"
            + "| 1:34 `least_recall` is a number from 0 to 1, not 10",
        "gates: {'top1{locale=en}': {at_least: 90}}"
            + "| 1:39 `top1{locale=en}` is a number from 0 to 1, not 90",
        "gates: {logloss: {at_most: -1}} | 1:28 `logloss` is a number from 0 up, not -1",
        "gates: {top1: {at_least: 0.8, at_most: 0.2}}"
            + "| 1:26 `at_least` is above `at_most`: no version can hold both",
        "rollout: {canary: {for: 7d, within: 3d}}"
            + "| 1:37 a canary's `for` is longer than its `within`: no version could pass",
        "rollout: {canary: {for: 40d}}"
            + "| 1:25 a canary's `for` is longer than its `within`: no version could pass",
        "text: {rate: -1} | 1:14 `rate` must be a number from 0 up, not -1",
      })
  void whatWouldTrainOtherwiseThanMeantOrNeverPassIsAMistake(String yaml, String mistake) {
    parse(yaml);

    assertThat(problems.list())
        .extracting(found -> found.line() + ":" + found.column() + " " + found.message())
        .containsExactly(mistake);
  }

  @Test
  void ofTwoNamesOfAParameterEitherDoes() {
    assertThat(
            parse("xgboost: {learning_rate: 0.3, reg_lambda: 2, max_bin: 64}")
                .boosting()
                .parameters())
        .containsEntry("eta", "0.3")
        .containsEntry("lambda", "2")
        .containsEntry("max_bin", "64")
        .doesNotContainKeys("learning_rate", "reg_lambda");
    assertThat(parse("gates: {my_own: {at_least: 10}, live_logloss_gain: {at_least: -2}}").gates())
        .isNotNull();
    assertThat(problems.list()).allMatch(found -> found.message().startsWith("unknown metric"));
  }

  @Test
  void gatesMayHaveAGreatestValue() {
    TrainingSpec spec = parse("gates: {ece: {at_most: 0.05}, better_than_live: false}");

    assertThat(spec.failures(Map.of("ece", 0.05))).isEmpty();
    assertThat(spec.failures(Map.of("ece", 0.06)))
        .containsExactly("ece is 0.060, at most 0.050 is asked");
    assertThat(spec.gates().betterThanLive()).isFalse();
    assertThat(parse("gates: {}").gates().betterThanLive()).isTrue();
  }

  @Test
  void namesMistakesWithTheirLines() {
    parse(
        """
        split: {test: 120%}
        columns:
          click: number
          clicks: one_hot
          segment:clicks: none
          segment:clicker: one_hot
        gate: {}
        """);

    assertThat(problems.list())
        .extracting(problem -> problem.line() + " " + problem.message())
        .containsExactly(
            "1 `test` must be a share such as 20%",
            "3 unknown feature or segment `click` (did you mean `clicks`?)",
            "4 `clicks` can't be encoded as one_hot",
            "5 unknown feature or segment `segment:clicks` (did you mean `segment:clicker`?)",
            "6 `segment:clicker` can't be encoded as one_hot",
            "7 unknown key `gate` (did you mean `gates`?)");
  }

  @Test
  void eachPartOfTheFileHasItsOwnKeys() {
    parse(
        """
        label: {event: issue_opened, field: category, for: clicked, wihtin: 1m}
        split: {tset: 20%}
        text: {bit: 8}
        gates: {top1: {at_lest: 1}}
        rollout: {shadow: {prediction: 5}, canary: {shares: 5%}, watsh: 1h}
        """);

    assertThat(problems.list())
        .extracting(problem -> problem.message().split(" \\(", 2)[0])
        .containsExactlyInAnyOrder(
            "unknown key `wihtin`",
            "unknown key `tset`",
            "unknown key `bit`",
            "unknown key `at_lest`",
            "unknown key `prediction`",
            "unknown key `shares`",
            "unknown key `watsh`");
  }

  @Test
  void aLabelNeedsMomentsThatExist() {
    parse("label: {event: issue_opened, field: category}");
    parse("label: {event: issue_opened, field: category, for: cliked}");

    assertThat(problems.list())
        .extracting(problem -> problem.message())
        .containsExactly(
            "`for` must name the events after which a prediction is asked for",
            "unknown event type `cliked` (did you mean `clicked`?)");
  }

  @Test
  void onlyListedLabelsAreLearnedWhereThereIsAList() {
    TrainingSpec.Label some =
        label("{event: issue_opened, field: category, for: clicked, values: [refund]}");
    assertThat(some.learns("refund")).isTrue();
    assertThat(some.learns("other")).isFalse();
    assertThat(label("{event: issue_opened, field: category, for: clicked}").learns("other"))
        .isTrue();

    assertThat(
            parse("label: {event: issue_opened, field: category, for: clicked, values: [a]}")
                .labels())
        .containsExactly("a");
    assertThat(parse("model: m").labels()).isEmpty();
  }

  @Test
  void aShareIsAboveZeroAndBelowOne() {
    assertThat(parse("model: m").testShare()).isEqualTo(0.2);
    assertThat(parse("split: {test: 0.3}").testShare()).isEqualTo(0.3);
    assertThat(parse("split: {test: 5%}").testShare()).isEqualTo(0.05);
    assertThat(problems.list()).isEmpty();
    for (String share : new String[] {"0", "1", "100%", "0%", "some"}) {
      TrainingSpecTest each = new TrainingSpecTest();
      assertThat(each.parse("split: {test: " + share + "}").testShare()).isEqualTo(0.2);
      assertThat(each.problems.list()).as(share).hasSize(1);
    }
  }

  @Test
  void theReportIsBrokenDownByCategoriesAlone() {
    assertThat(parse("slices: [locale]").slices()).containsExactly("locale");
    assertThat(problems.list()).isEmpty();
    parse("slices: [clicks]");
    parse("slices: [locle]");
    assertThat(problems.list())
        .extracting(problem -> problem.message())
        .containsExactlyInAnyOrder(
            "unknown category feature `clicks` (known: locale)",
            "unknown category feature `locle` (did you mean `locale`?)");
  }

  @Test
  void labelsWeighAlikeOnDemand() {
    assertThat(parse("model: m").boosting().balanced()).isFalse();
    assertThat(parse("xgboost: {class_weights: none}").boosting().balanced()).isFalse();
    assertThat(parse("xgboost: {class_weights: balanced}").boosting().balanced()).isTrue();
    assertThat(problems.list()).isEmpty();
  }

  @Test
  void aGateOfAnUnknownMetricIsAWarningForItMayBeOnesOwn() {
    parse("gates: {top1: {at_least: 0}, 'top1{locale=en-US}': {above: majority_top1}}");
    assertThat(problems.list()).isEmpty();
    parse("gates: {topp1: {at_least: 0}, top1: {above: majority}}");
    assertThat(problems.list())
        .extracting(problem -> problem.message().split(" \\(", 2)[0])
        .containsExactlyInAnyOrder("unknown metric `topp1`", "unknown metric `majority`");
  }

  /** At the limit itself a gate is passed, but nothing is above itself. */
  @Test
  void gatesAreJudgedAtTheirLimits() {
    assertThat(parse("gates: {top1: {at_least: 0.4}}").failures(Map.of("top1", 0.4))).isEmpty();
    assertThat(
            parse("gates: {top1: {above: majority_top1}}")
                .failures(Map.of("top1", 0.4, "majority_top1", 0.4)))
        .hasSize(1);
    assertThat(parse("gates: {ece: {at_most: 0.1}}").failures(Map.of()))
        .containsExactly("ece was not measured");
  }

  @Test
  void aRolloutIsDeclaredOrTakesDays() {
    RolloutSpec usual = parse("model: m").rollout();
    assertThat(usual.shadow())
        .isEqualTo(
            new RolloutSpec.Shadow(
                1_000, 0.2, 0.9, 0.8, 0.01, 0.1, Duration.ofMillis(10), Duration.ofDays(1)));
    assertThat(usual.canary())
        .isEqualTo(new RolloutSpec.Canary(0.1, Duration.ofDays(7), Duration.ofDays(30), true));
    assertThat(usual.sinceTraining()).isEqualTo(new RolloutSpec.SinceTraining(100, 0.02));
    assertThat(usual.failures()).isEqualTo(new RolloutSpec.Failures(0.01, 100));
    assertThat(usual.watch()).isEqualTo(Duration.ofHours(1));

    RolloutSpec declared =
        parse(
                """
                rollout:
                  shadow:
                    {predictions: 9, agree: 1%, distance: 2%, label_shift: 5%, failed: 3%, dropped: 4%, row_time: 5ms,
                     within: 5m}
                  canary: {share: 6%, for: 7m, within: 8m}
                  since_training: {rows: 11, worse: 0}
                  failed: 10%
                  failed_rows: 12
                  watch: 9m
                """)
            .rollout();
    assertThat(declared)
        .isEqualTo(
            new RolloutSpec(
                new RolloutSpec.Shadow(
                    9, 0.01, 0.02, 0.05, 0.03, 0.04, Duration.ofMillis(5), Duration.ofMinutes(5)),
                new RolloutSpec.Canary(0.06, Duration.ofMinutes(7), Duration.ofMinutes(8), true),
                new RolloutSpec.SinceTraining(11, 0),
                new RolloutSpec.Failures(0.1, 12),
                Duration.ofMinutes(9)));
  }

  @Test
  void aQuickRolloutTakesMinutesAndNeverLongerThanDeclared() {
    RolloutSpec quick = parse("model: m").rollout().quick();
    assertThat(quick.shadow().predictions()).isEqualTo(200);
    assertThat(quick.shadow().within()).isEqualTo(Duration.ofMinutes(5));
    assertThat(quick.canary())
        .isEqualTo(
            new RolloutSpec.Canary(0.3, Duration.ofMinutes(1), Duration.ofMinutes(5), false));
    assertThat(quick.watch()).isEqualTo(Duration.ofSeconds(20));
    assertThat(quick.sinceTraining()).isEqualTo(new RolloutSpec.SinceTraining(100, 0.02));
    assertThat(quick.failures()).isEqualTo(new RolloutSpec.Failures(0.01, 100));

    RolloutSpec quicker =
        parse("rollout: {shadow: {predictions: 5}, canary: {share: 50%, for: 1s}, watch: 2s}")
            .rollout()
            .quick();
    assertThat(quicker.shadow().predictions()).isEqualTo(5);
    assertThat(quicker.canary().share()).isEqualTo(0.5);
    assertThat(quicker.canary().duration()).isEqualTo(Duration.ofSeconds(1));
    assertThat(quicker.watch()).isEqualTo(Duration.ofSeconds(2));
  }

  /** A label as a file declares it, without mistakes. */
  static TrainingSpec.Label label(String yaml) {
    TrainingSpecTest test = new TrainingSpecTest();
    TrainingSpec.Label label = test.parse("label: " + yaml).label();
    assertThat(test.problems.list()).isEmpty();
    return Objects.requireNonNull(label);
  }

  private TrainingSpec parse(String yaml) {
    FeatureSet features =
        FeatureSet.parse(
            YamlNode.parse(
                "features.yaml",
                "features: {clicks: {count: clicked, window: 1h}, locale: {last: any.locale}}",
                problems));
    SegmentSet segments =
        SegmentSet.parse(
            YamlNode.parse("segments.yaml", "segments: {clicker: {enter: clicks >= 3}}", problems),
            features);
    return TrainingSpec.parse(YamlNode.parse("training.yaml", yaml, problems), features, segments);
  }
}
