@NullMarked
package dev.attune.warehouse.files;

import org.jspecify.annotations.NullMarked;
