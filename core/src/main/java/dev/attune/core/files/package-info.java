/** What is done with files and folders in more than one module. */
@NullMarked
package dev.attune.core.files;

import org.jspecify.annotations.NullMarked;
