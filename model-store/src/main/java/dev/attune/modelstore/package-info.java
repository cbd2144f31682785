/**
 * The model registry where {@code ATTUNE_MODELS_DIR} says: a folder, or a bucket of S3-compatible
 * storage. Start at {@link dev.attune.modelstore.ModelStores}.
 */
@NullMarked
package dev.attune.modelstore;

import org.jspecify.annotations.NullMarked;
