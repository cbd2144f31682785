package dev.attune.bench;

/**
 * A measurement with its name.
 *
 * @param name as on the command line: short, lower case
 * @param summary one line: what is measured beside what
 */
public record Benchmark(String name, String summary, Measurement measurement) {}
