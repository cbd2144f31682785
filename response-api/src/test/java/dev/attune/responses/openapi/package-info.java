/**
 * What the operations of the OpenAPI document have in common (ApiDocument), and which of their
 * fields are always there (NullnessConverter).
 */
@NullMarked
package dev.attune.responses.openapi;

import org.jspecify.annotations.NullMarked;
