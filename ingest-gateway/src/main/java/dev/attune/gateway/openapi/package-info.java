/** The OpenAPI document; a test holds it against the code. */
@NullMarked
package dev.attune.gateway.openapi;

import org.jspecify.annotations.NullMarked;
