package dev.attune.responses.openapi;

import dev.attune.responses.reply.ReplyDocument;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.BooleanSchema;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.stereotype.Component;

/** What every operation of the OpenAPI document has in common: keys, refusals, examples. */
@Component
class ApiDocument implements OpenApiCustomizer {
  private static final String PROBLEM = "Problem";

  private static final Map<Integer, String> CODES =
      Map.of(
          400, "malformed",
          401, "unauthenticated",
          403, "forbidden",
          404, "not_found",
          408, "request_timeout",
          413, "too_large",
          414, "uri_too_long",
          415, "unsupported_media_type",
          431, "request_header_fields_too_large",
          503, "unavailable");

  @Override
  public void customise(OpenAPI document) {
    document.info(
        new Info()
            .title("Attune response API")
            .version("1")
            .description(
                "What a chatbot should say to a user, why it was said, and how experiments go.")
            .license(new License().name("Apache-2.0").identifier("Apache-2.0")));
    components(document);
    ReplyDocument.addTo(document);
    document
        .getPaths()
        .forEach(
            (path, item) ->
                item.readOperationsMap().forEach((method, op) -> complete(path, method, op)));
  }

  private static void components(OpenAPI document) {
    Components components =
        document.getComponents() == null ? new Components() : document.getComponents();
    components.addSecuritySchemes(
        "key",
        new SecurityScheme()
            .type(SecurityScheme.Type.HTTP)
            .scheme("bearer")
            .description("a secret key, or a write key with a user signature"));
    components.addSecuritySchemes(
        "userSignature",
        new SecurityScheme()
            .type(SecurityScheme.Type.APIKEY)
            .in(SecurityScheme.In.HEADER)
            .name("Attune-User-Signature")
            .description(
                "`<expiry, Unix seconds>.<hex HMAC-SHA256(identity secret, userId + \".\" +"
                    + " expiry)>`: lets a browser read the data of its own user"));
    components.addSchemas(PROBLEM, problem());
    document.components(components);
  }

  private static Schema<?> problem() {
    return new ObjectSchema()
        .description("RFC 9457 problem details with a stable `code`")
        .addProperty("type", new StringSchema().example("about:blank"))
        .addProperty("title", new StringSchema())
        .addProperty("status", new IntegerSchema())
        .addProperty("detail", new StringSchema())
        .addProperty("code", new StringSchema())
        .addProperty("field", new StringSchema().description("which part of the request"))
        .addProperty("retryable", new BooleanSchema());
  }

  private static void complete(String path, PathItem.HttpMethod method, Operation operation) {
    operation.setSecurity(
        List.of(
            new SecurityRequirement().addList("key"),
            new SecurityRequirement().addList("key").addList("userSignature")));
    CODES.forEach(
        (status, code) -> {
          boolean hasBody = method == PathItem.HttpMethod.POST;
          if (hasBody || (status != 408 && status != 413 && status != 415)) {
            refusal(path, operation, status, code);
          }
        });
  }

  private static void refusal(String path, Operation operation, int status, String usual) {
    String code = path.equals("/v1/responses") && status == 404 ? "unknown_slot" : usual;
    Map<String, Object> example = new LinkedHashMap<>();
    example.put("type", "about:blank");
    example.put("status", status);
    example.put("code", code);
    if (status == 503) {
      example.put("retryable", true);
    }
    var media =
        new MediaType()
            .schema(new Schema<>().$ref("#/components/schemas/" + PROBLEM))
            .example(example);
    operation
        .getResponses()
        .addApiResponse(
            Integer.toString(status),
            new ApiResponse()
                .description("`" + code + "`")
                .content(new Content().addMediaType("application/problem+json", media)));
  }
}
