/** What the operations of the OpenAPI document have in common. Start at ApiDocument. */
@NullMarked
package dev.attune.responses.openapi;

import org.jspecify.annotations.NullMarked;
