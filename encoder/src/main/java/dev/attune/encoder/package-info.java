/**
 * Sentence encoders: a text to numbers, by a model in ONNX. Start at {@link
 * dev.attune.encoder.LocalEncoders}.
 */
@NullMarked
package dev.attune.encoder;

import org.jspecify.annotations.NullMarked;
