/** Also starts Redis for the services' tests, in each kind of deployment. */
@NullMarked
package dev.attune.predictions;

import org.jspecify.annotations.NullMarked;
