@NullMarked
package dev.attune.responses.topic;

import org.jspecify.annotations.NullMarked;
