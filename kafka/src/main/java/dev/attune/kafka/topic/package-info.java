/** Topics as they have to be: made where they are missing, compared where they are there. */
@NullMarked
package dev.attune.kafka.topic;

import org.jspecify.annotations.NullMarked;
