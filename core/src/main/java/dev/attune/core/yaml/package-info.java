/**
 * YAML files that know their lines: whoever reads one reports every mistake as file:line. Start at
 * {@link dev.attune.core.yaml.YamlNode}.
 */
@NullMarked
package dev.attune.core.yaml;

import org.jspecify.annotations.NullMarked;
