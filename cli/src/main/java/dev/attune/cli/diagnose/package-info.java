/** What somebody who helps needs to see of a stack, without secrets. */
@NullMarked
package dev.attune.cli.diagnose;

import org.jspecify.annotations.NullMarked;
