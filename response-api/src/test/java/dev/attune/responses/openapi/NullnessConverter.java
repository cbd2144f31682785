package dev.attune.responses.openapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.util.Json;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.RecordComponent;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Says in the OpenAPI document which properties are always there and which may be null. The records
 * themselves tell: a component that is not {@link Nullable} is required; a nullable one is left out
 * where its record has {@link JsonInclude}, and null where it has not.
 */
@Component
final class NullnessConverter implements ModelConverter {
  private static final String NULL = "null";

  @Override
  public @Nullable Schema<?> resolve(
      AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> chain) {
    if (!chain.hasNext()) {
      return null;
    }
    Schema<?> resolved = chain.next().resolve(type, context, chain);
    Class<?> shape = Json.mapper().constructType(type.getType()).getRawClass();
    if (resolved != null && shape.isRecord()) {
      complete(definition(resolved, context), shape);
    }
    return resolved;
  }

  private static Schema<?> definition(Schema<?> resolved, ModelConverterContext context) {
    String reference = resolved.get$ref();
    if (reference == null) {
      return resolved;
    }
    String name = reference.substring(reference.lastIndexOf('/') + 1);
    return context.getDefinedModels().getOrDefault(name, resolved);
  }

  @SuppressWarnings("rawtypes") // the library's own signature
  private static void complete(Schema<?> schema, Class<?> shape) {
    Map<String, Schema> properties = schema.getProperties();
    if (properties == null) {
      return;
    }
    for (RecordComponent component : shape.getRecordComponents()) {
      String name = component.getName();
      if (!properties.containsKey(name)) {
        continue;
      }
      boolean isNullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
      boolean isLeftOut =
          isNullable
              && (shape.isAnnotationPresent(JsonInclude.class)
                  || component.getAccessor().isAnnotationPresent(JsonInclude.class));
      if (!isLeftOut && !isRequired(schema, name)) {
        schema.addRequiredItem(name);
        if (isNullable) {
          properties.put(name, orNull(properties.get(name)));
        }
      }
    }
  }

  private static boolean isRequired(Schema<?> schema, String name) {
    return schema.getRequired() != null && schema.getRequired().contains(name);
  }

  private static Schema<?> orNull(Schema<?> property) {
    if (property.getTypes() == null) {
      return new Schema<>().anyOf(List.of(property, new Schema<>().types(Set.of(NULL))));
    }
    property.addType(NULL);
    return property;
  }
}
