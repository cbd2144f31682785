/**
 * The SDK for JVM servers and Android: events queue in a file-backed spool and leave in batches.
 * Start reading at {@link dev.attune.sdk.Attune}.
 */
@NullMarked
package dev.attune.sdk;

import org.jspecify.annotations.NullMarked;
