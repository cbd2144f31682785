/**
 * Reading one user's state for response-api. Start at {@link
 * dev.attune.streams.query.UserQueryController}.
 */
@NullMarked
package dev.attune.streams.query;

import org.jspecify.annotations.NullMarked;
