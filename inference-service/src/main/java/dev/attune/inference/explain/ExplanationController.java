package dev.attune.inference.explain;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.Memberships;
import dev.attune.core.feature.TokenBag;
import dev.attune.core.scoring.Explainer;
import dev.attune.core.scoring.ModelException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Explains stored predictions; the secret is needed. */
@RestController
@Tag(name = "Explanations")
final class ExplanationController {
  private static final TokenBag[] NO_TOKENS = {};

  private final Explainers explainers;

  ExplanationController(Explainers explainers) {
    this.explainers = explainers;
  }

  /**
   * A stored prediction: what {@code StoredPrediction} and {@code Decision} hold of it.
   *
   * @param label whose margin is explained
   * @param numbers null is missing
   * @param textScores as stored with the prediction
   * @param memberships whether in a segment, by its definition; absent: not known
   */
  record Query(
      @NotNull String modelVersion,
      @NotNull String label,
      @NotNull String featureSetId,
      @NotNull @Size(max = 100_000) List<@Nullable Double> numbers,
      @NotNull @Size(max = 100_000) List<@Nullable String> categories,
      @NotNull @Size(max = 100_000) List<@Nullable Float> textScores,
      @Nullable @Size(max = 100_000) Map<String, @NotNull Boolean> memberships) {
    FeatureRow row() {
      double[] values = new double[numbers.size()];
      for (int i = 0; i < values.length; i++) {
        Double number = numbers.get(i);
        values[i] = number == null ? Double.NaN : number;
      }
      return new FeatureRow(
          featureSetId,
          values,
          categories.toArray(new @Nullable String[0]),
          NO_TOKENS,
          memberships == null ? null : Memberships.of(memberships));
    }

    float[] scores() {
      float[] values = new float[textScores.size()];
      for (int i = 0; i < values.length; i++) {
        Float score = textScores.get(i);
        values[i] = score == null ? Float.NaN : score;
      }
      return values;
    }
  }

  @Operation(
      summary = "How much each feature and segment moved a label's margin",
      description =
          "TreeSHAP: bias and contributions add up to the margin, the raw score before the"
              + " probabilities. The largest contribution comes first.")
  @ApiResponse(responseCode = "200", description = "The contributions")
  @ApiResponse(responseCode = "400", description = "`invalid`: not a row of that model")
  @ApiResponse(responseCode = "401", description = "`unauthenticated`: no secret key")
  @ApiResponse(
      responseCode = "404",
      description = "`not_explainable`: that version is gone or runs on another server")
  @PostMapping("/v1/explanations")
  Explainer.Explanation explain(@Valid @RequestBody Query query) throws ModelException {
    return explainers.of(query.modelVersion()).explain(query.row(), query.scores(), query.label());
  }

  @ExceptionHandler
  ProblemDetail gone(ModelException e) {
    return problem(HttpStatus.NOT_FOUND, "not_explainable", String.valueOf(e.getMessage()));
  }

  /** The explainer's messages name the model's side of the misfit, never the user's values. */
  @ExceptionHandler
  ProblemDetail misfit(IllegalArgumentException e) {
    return problem(HttpStatus.BAD_REQUEST, "invalid", String.valueOf(e.getMessage()));
  }

  @ExceptionHandler
  ProblemDetail misfit(IndexOutOfBoundsException e) {
    return problem(HttpStatus.BAD_REQUEST, "invalid", "The row has too few values.");
  }

  private static ProblemDetail problem(HttpStatus status, String code, String detail) {
    ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
    problem.setProperty("code", code);
    return problem;
  }
}
