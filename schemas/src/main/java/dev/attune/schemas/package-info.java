/**
 * The wire contracts every part shares: positions, topics and how they are created. Start at {@link
 * dev.attune.schemas.Topics}; the records themselves are generated from {@code src/main/avro}.
 */
@NullMarked
package dev.attune.schemas;

import org.jspecify.annotations.NullMarked;
