/** Where the files are: a folder or a bucket. */
@NullMarked
package dev.attune.warehouse.files;

import org.jspecify.annotations.NullMarked;
