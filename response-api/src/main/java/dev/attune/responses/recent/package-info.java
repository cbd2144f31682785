/**
 * Lists of users and conversations of late, for people who look for one. Start reading at {@link
 * dev.attune.responses.recent.RecentUsersController}.
 */
@NullMarked
package dev.attune.responses.recent;

import org.jspecify.annotations.NullMarked;
