/** Tests of this package. */
@NullMarked
package dev.attune.responses.playbook;

import org.jspecify.annotations.NullMarked;
