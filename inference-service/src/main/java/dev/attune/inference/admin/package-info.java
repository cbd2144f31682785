/** Model administration over HTTP. Start at ModelsController. */
@NullMarked
package dev.attune.inference.admin;

import org.jspecify.annotations.NullMarked;
