@NullMarked
package dev.attune.inference.admin;

import org.jspecify.annotations.NullMarked;
