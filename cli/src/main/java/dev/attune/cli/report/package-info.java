/** What a benchmark or a scenario found, for people and for programs. Start at JsonReport. */
@NullMarked
package dev.attune.cli.report;

import org.jspecify.annotations.NullMarked;
