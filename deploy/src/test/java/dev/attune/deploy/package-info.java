/** The Helm chart under the real Helm library. Start at {@link dev.attune.deploy.ChartTest}. */
@NullMarked
package dev.attune.deploy;

import org.jspecify.annotations.NullMarked;
