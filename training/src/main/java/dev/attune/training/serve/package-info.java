/**
 * XGBoost itself as a server, for models that the services' own evaluator refuses. Start at {@link
 * dev.attune.training.serve.XgboostServer}.
 */
@NullMarked
package dev.attune.training.serve;

import org.jspecify.annotations.NullMarked;
