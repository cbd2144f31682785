/** What is known of a user: once, and live. */
@NullMarked
package dev.attune.responses.user;

import org.jspecify.annotations.NullMarked;
