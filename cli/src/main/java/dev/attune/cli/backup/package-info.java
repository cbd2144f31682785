/**
 * What Kafka, the model registry and the playbook hold, as files, and back. Start reading at {@link
 * dev.attune.cli.backup.Backup} and {@link dev.attune.cli.backup.Restore}.
 */
@NullMarked
package dev.attune.cli.backup;

import org.jspecify.annotations.NullMarked;
