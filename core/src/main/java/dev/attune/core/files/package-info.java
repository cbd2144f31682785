/** What is done with folders in more than one module: {@link dev.attune.core.files.Folders}. */
@NullMarked
package dev.attune.core.files;

import org.jspecify.annotations.NullMarked;
