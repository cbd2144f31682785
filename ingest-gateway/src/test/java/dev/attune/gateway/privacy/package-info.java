/** Tests of privacy. */
@NullMarked
package dev.attune.gateway.privacy;

import org.jspecify.annotations.NullMarked;
