/**
 * How {@code openapi.json} is made of the code (OpenApiDocument): what its operations have in
 * common (ApiDocument), and which of their fields are always there (NullnessConverter).
 */
@NullMarked
package dev.attune.responses.openapi;

import org.jspecify.annotations.NullMarked;
