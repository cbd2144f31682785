/** Tests of how decisions are kept and shown. */
@NullMarked
package dev.attune.responses.decision;

import org.jspecify.annotations.NullMarked;
