/** Tests of publishing without a broker. */
@NullMarked
package dev.attune.gateway.kafka;

import org.jspecify.annotations.NullMarked;
