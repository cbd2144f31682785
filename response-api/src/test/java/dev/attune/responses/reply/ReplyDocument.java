package dev.attune.responses.reply;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.SpecVersion;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/responses} in the OpenAPI document. The document is made of Spring's handlers,
 * and {@link ReplyEndpoint} is none.
 */
public final class ReplyDocument {
  private static final String REQUEST = "ReplyRequest";
  private static final String REPLY = "ReplyBody";

  /** The contract's own examples. */
  private static final String REQUEST_EXAMPLE =
      """
      {"userId":"u-1","sessionId":"s-1","slot":"greeting","locale":"en-US",
       "variables":{"name":"Ada"},"after":"3-1523","waitMs":50}""";

  private static final String REPLY_EXAMPLE =
      """
      {"decisionId":"018f2d4a-7b3c-7000-8000-0003aa01f3c2",
       "text":"Looking for order 1234, Ada?","templateId":"order-status.greeting",
       "quickReplies":[{"label":"Track it","value":"track"}],
       "personalized":true,"reason":"rule:order-status",
       "experiment":"personalized-greeting","variant":"treatment",
       "intent":{"label":"order_status","probability":0.83},
       "segments":["frustrated"],"model":{"name":"intent","version":"2026-01-02.1"},
       "freshness":{"eventToken":"3-1523","caughtUp":true,"ageMs":12}}""";

  /** The request's shape; {@link RequestReader} reads it. */
  @Schema(name = REQUEST)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record RequestBodyShape(
      @Schema(maxLength = 128, example = "u-1") String userId,
      @Schema(maxLength = 128, example = "s-1") @Nullable String sessionId,
      @Schema(example = "greeting") String slot,
      @Schema(description = "BCP 47; falls back pt-BR → pt → default", example = "en-US")
          @Nullable String locale,
      @Schema(description = "values for the playbook's variables", example = "{\"name\":\"Ada\"}")
          @Nullable Map<String, String> variables,
      @Schema(description = "event token that the prediction should include", example = "3-1523")
          @Nullable String after,
      @Schema(minimum = "0", maximum = "1000", description = "how long to wait for it")
          @Nullable Integer waitMs,
      @Schema(
              allowableValues = {"plain", "html", "markdown"},
              description = "how variables are escaped; by default as in the playbook")
          @Nullable String format,
      @Schema(
              description = "IANA name or offset; gives rules the hour of day",
              example = "Europe/Madrid")
          @Nullable String timezone) {}

  private ReplyDocument() {}

  /** Adds the path and its schemas. */
  public static void addTo(OpenAPI document) {
    boolean is31 = document.getSpecVersion() == SpecVersion.V31;
    for (Class<?> shape : List.of(RequestBodyShape.class, ReplyBody.class)) {
      ModelConverters.getInstance(is31)
          .readAll(shape)
          .forEach(document.getComponents()::addSchemas);
    }
    document.path(ReplyEndpoint.PATH, new PathItem().post(operation()));
  }

  private static Operation operation() {
    return new Operation()
        .operationId("respond")
        .summary("What to say to this user in this slot")
        .description(
            "Always answers a valid request with something to say. If the reply is generic,"
                + " `reason` says why.")
        .requestBody(new RequestBody().required(true).content(json(REQUEST, REQUEST_EXAMPLE)))
        .responses(
            new ApiResponses()
                .addApiResponse(
                    "200",
                    new ApiResponse()
                        .description("The reply")
                        .content(json(REPLY, REPLY_EXAMPLE))));
  }

  private static Content json(String schema, String example) {
    return new Content()
        .addMediaType(
            "application/json",
            new MediaType()
                .schema(
                    new io.swagger.v3.oas.models.media.Schema<>()
                        .$ref("#/components/schemas/" + schema))
                .example(example));
  }
}
